import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ControlRule } from "@weir/http-contract";
import { useEffect, useState } from "react";
import { api } from "../../lib/api.ts";
import { FailureNotice } from "../../widgets/notice.tsx";
import { edgeWords, kindWords, leftWords } from "./control-words.ts";

const TICK_MS = 1_000;

/** A temporary rule: what, of which edge, for how long still, and the way to end it. */
export function RuleRow({ rule }: { readonly rule: ControlRule }) {
  const { ruleId, kind, edge, untilUnixMs, by } = rule;
  const client = useQueryClient();
  const nowMs = useNowMs();
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => api.endAgentRule(ruleId),
    onSettled: () => client.invalidateQueries({ queryKey: ["agentConfig"] }),
  });
  return (
    <li data-testid="agent-rule">
      <strong>{edgeWords(edge)}</strong> {kindWords(kind)} <span className="warn">{leftWords(untilUnixMs, nowMs)}</span>{" "}
      <span className="dim">asked for by {by}</span>{" "}
      <button type="button" className="quiet" disabled={isPending} onClick={() => mutate()}>
        End now
      </button>
      {error === null ? null : <FailureNotice error={error} />}
    </li>
  );
}

/** The time, second by second. */
function useNowMs(): number {
  const [nowMs, setNowMs] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
}

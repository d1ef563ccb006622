import { useQuery } from "@tanstack/react-query";
import type { Edge } from "@weir/http-contract";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import type { EdgeName } from "../../lib/filter-text.ts";
import { FailureNotice } from "../../widgets/notice.tsx";
import { useAgentConfig } from "./control-panel.tsx";
import { kindWords } from "./control-words.ts";
import { DEFAULT_MINUTES, MinutesSelect } from "./minutes-select.tsx";
import { KINDS, useAddRule } from "./rule-form.tsx";
import { RuleRow } from "./rule-row.tsx";

const ASK_EVERY_MS = 3_000;

/** What agents do otherwise for one edge for a while, and the way to ask for it; nothing where no agent follows this hub. */
export function EdgeRules({ edge: name }: { readonly edge: EdgeName }) {
  const { data: agents } = useQuery({ queryKey: ["agents"], queryFn: api.agents, refetchInterval: ASK_EVERY_MS });
  const isFollowed = agents?.items.some(({ isConnected, control }) => isConnected && control?.isAllowed === true);
  const edge = edgeOf(name);
  return isFollowed === true && edge !== undefined ? <Rules edge={edge} /> : null;
}

function Rules({ edge }: { readonly edge: Edge }) {
  const { data: control } = useAgentConfig();
  const { mutate, isPending, error } = useAddRule();
  const [minutes, setMinutes] = useState(DEFAULT_MINUTES);
  const own = control?.rules.filter((rule) => isSame(rule.edge, edge)) ?? [];
  const free = KINDS.filter((kind) => !own.some((rule) => rule.kind === kind));
  return (
    <div className="edge-rules agent-control">
      <ul aria-label="temporary rules of this edge">
        {own.map((rule) => (
          <RuleRow key={rule.ruleId} rule={rule} />
        ))}
      </ul>
      {free.length === 0 ? null : (
        <>
          <span className="dim">Have agents</span>
          {free.map((kind) => (
            <button
              key={kind}
              type="button"
              className="small"
              disabled={isPending}
              onClick={() => mutate({ kind, edge, minutes })}
            >
              {kindWords(kind)}
            </button>
          ))}
          <MinutesSelect minutes={minutes} onMinutes={setMinutes} />
        </>
      )}
      {error === null ? null : <FailureNotice error={error} />}
    </div>
  );
}

/** Many ends in one ("12 clients") have no name that an agent knows: no name has a space. */
function edgeOf({ clientService, serverService, serverPort }: EdgeName): Edge | undefined {
  const edge: Edge = {
    ...(!clientService.includes(" ") && { clientService }),
    ...(!serverService.includes(" ") && { serverService }),
    ...(serverPort > 0 && { serverPort }),
  };
  return edge.clientService === undefined && edge.serverService === undefined ? undefined : edge;
}

function isSame(a: Edge, b: Edge): boolean {
  return a.clientService === b.clientService && a.serverService === b.serverService && a.serverPort === b.serverPort;
}

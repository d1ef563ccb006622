import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ControlRule, Edge } from "@weir/http-contract";
import { type FormEvent, useState } from "react";
import { api } from "../../lib/api.ts";
import { FailureNotice } from "../../widgets/notice.tsx";
import { kindWords } from "./control-words.ts";
import { DEFAULT_MINUTES, MinutesSelect } from "./minutes-select.tsx";

/** What agents can do otherwise for an edge. */
export const KINDS: readonly ControlRule["kind"][] = ["bodies", "sampling"];

/** Asks for a temporary rule. */
export function useAddRule() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ kind, edge, minutes }: { kind: ControlRule["kind"]; edge: Edge; minutes: number }) =>
      api.addAgentRule(kind, edge, minutes),
    onSettled: () => client.invalidateQueries({ queryKey: ["agentConfig"] }),
  });
}

/** For one edge, for some minutes: it ends by itself. */
export function RuleForm() {
  const { mutate, isPending, error } = useAddRule();
  const [kind, setKind] = useState<ControlRule["kind"]>("bodies");
  const [minutes, setMinutes] = useState(DEFAULT_MINUTES);
  const [client, setClient] = useState("");
  const [server, setServer] = useState("");
  const [port, setPort] = useState("");
  const add = (event: FormEvent) => {
    event.preventDefault();
    mutate({ kind, edge: edgeOf(client.trim(), server.trim(), port.trim()), minutes });
  };
  return (
    <form onSubmit={add} aria-label="temporary rule">
      <label>
        From <input value={client} onChange={({ target }) => setClient(target.value)} placeholder="any client" />
      </label>
      <label>
        to <input value={server} onChange={({ target }) => setServer(target.value)} placeholder="any server" />
      </label>
      <label>
        port{" "}
        <input
          value={port}
          onChange={({ target }) => setPort(target.value)}
          placeholder="any"
          inputMode="numeric"
          pattern="\d{1,5}"
          size={5}
        />
      </label>
      <select value={kind} onChange={({ target }) => setKind(kindOf(target.value))} aria-label="What is done">
        {KINDS.map((each) => (
          <option key={each} value={each}>
            {kindWords(each)}
          </option>
        ))}
      </select>
      <MinutesSelect minutes={minutes} onMinutes={setMinutes} />
      <button type="submit" disabled={isPending || (client.trim() === "" && server.trim() === "")}>
        Begin
      </button>
      {error === null ? null : <FailureNotice error={error} />}
    </form>
  );
}

function kindOf(text: string): ControlRule["kind"] {
  return KINDS.find((each) => each === text) ?? "bodies";
}

function edgeOf(client: string, server: string, port: string): Edge {
  return {
    ...(client !== "" && { clientService: client }),
    ...(server !== "" && { serverService: server }),
    ...(port !== "" && { serverPort: Number(port) }),
  };
}

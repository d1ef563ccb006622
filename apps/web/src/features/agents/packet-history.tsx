import { useMutation, useQueryClient } from "@tanstack/react-query";
import { formatBytes, formatCount } from "@weir/base";
import type { AgentView } from "@weir/http-contract";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { clockText } from "../../lib/time-text.ts";
import { FailureNotice } from "../../widgets/notice.tsx";

const NS_PER_MS = 1_000_000n;
const MINUTES = [5, 10, 30, 60, 240] as const;

/** What an agent keeps of the packets themselves, and the windows that stay. */
export function PacketHistory({ agent }: { readonly agent: AgentView }) {
  const { history } = agent;
  if (history === undefined)
    return (
      <span className="dim" title="Start the agent with --history DIR to keep them">
        none
      </span>
    );
  const { bytes, maxBytes, fromNs, skippedPackets, problem, pins } = history;
  return (
    <>
      {formatBytes(bytes)} of {formatBytes(maxBytes)}
      {fromNs === undefined ? null : <span className="dim"> since {clockText(isoOf(fromNs))}</span>}
      {skippedPackets === 0 ? null : (
        <div className="bad" title={problem}>
          {formatCount(skippedPackets)} packets not kept
        </div>
      )}
      {pins.map((pin) => (
        <PinnedWindow key={pin.name} agentId={agent.agentId} pin={pin} />
      ))}
      {agent.isConnected ? <PinForm agentId={agent.agentId} /> : null}
    </>
  );
}

type Pin = NonNullable<AgentView["history"]>["pins"][number];

function PinnedWindow({ agentId, pin }: { readonly agentId: string; readonly pin: Pin }) {
  const client = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => api.unpinPackets(agentId, pin.name),
    onSettled: () => client.invalidateQueries({ queryKey: ["agents"] }),
  });
  return (
    <div>
      <span className="chip" title={`${clockText(isoOf(pin.fromNs))} to ${clockText(isoOf(pin.toNs))} stays`}>
        {pin.name}
      </span>{" "}
      <button type="button" className="quiet" disabled={isPending} onClick={() => mutate()}>
        give up
      </button>
      {error === null ? null : <FailureNotice error={error} />}
    </div>
  );
}

/** Keeps the last minutes, before they go. */
function PinForm({ agentId }: { readonly agentId: string }) {
  const client = useQueryClient();
  const [minutes, setMinutes] = useState<number>(10);
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => api.pinPackets(agentId, windowName(new Date()), minutes),
    onSettled: () => client.invalidateQueries({ queryKey: ["agents"] }),
  });
  return (
    <form
      className="pin-form"
      onSubmit={(event) => {
        event.preventDefault();
        mutate();
      }}
    >
      <button type="submit" disabled={isPending}>
        {isPending ? "Asking the agent …" : "Keep"}
      </button>{" "}
      <label>
        the last{" "}
        <select value={minutes} onChange={(event) => setMinutes(Number(event.target.value))}>
          {MINUTES.map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </select>{" "}
        minutes
      </label>
      {error === null ? null : <FailureNotice error={error} />}
    </form>
  );
}

/** A window is called by when it was pinned. */
function windowName(now: Date): string {
  return `kept ${now.toISOString().slice(0, 19).replace("T", " ")}`;
}

function isoOf(unixNs: string): string {
  return new Date(Number(BigInt(unixNs) / NS_PER_MS)).toISOString();
}

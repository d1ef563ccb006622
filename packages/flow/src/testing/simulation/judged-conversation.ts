import type { ConnectionHealth } from "@weir/model";
import type { PacketNote } from "../../contract.ts";
import { runFlow } from "../run-flow.ts";
import { type ConversationOptions, converse } from "./conversation.ts";
import { type CapturedSighting, capturedOf, pcapOf } from "./record.ts";
import type { SideName } from "./segment.ts";
import { type ConversationTruth, truthOf } from "./truth.ts";

/** A conversation that happened, and what Weir makes of its capture. */
export interface JudgedConversation {
  readonly options: ConversationOptions;
  readonly truth: ConversationTruth;
  readonly captured: readonly CapturedSighting[];
  readonly connections: readonly ConnectionHealth[];
  readonly health: ConnectionHealth;
  readonly streams: Readonly<Record<SideName, string>>;
  /** The packets of one side that have at least one of these notes. */
  noted(side: SideName, ...notes: readonly PacketNote[]): ReadonlySet<number>;
}

/** Lets a conversation happen and gives its capture to Weir. */
export function judgeConversation(options: ConversationOptions): JudgedConversation {
  const log = converse(options);
  const captured = capturedOf(log, options);
  const run = runFlow(pcapOf(captured, options));
  return {
    options,
    truth: truthOf(log, options),
    captured,
    connections: run.connections,
    health: run.connections[0]!,
    streams: { client: run.streams["tcp 0 client"] ?? "", server: run.streams["tcp 0 server"] ?? "" },
    noted: (side, ...notes) =>
      new Set(
        captured
          .filter(({ segment, number }) => segment.from === side && run.notes[number]?.some((n) => notes.includes(n)))
          .map(({ number }) => number),
      ),
  };
}

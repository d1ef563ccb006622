import type { ConnectionHealth } from "@weir/model";
import type { Difference } from "./compare.ts";

/** What tshark counts of SCTP in a whole capture: chunks by their type's number. It numbers no associations by default. */
export interface SctpFacts {
  readonly chunks?: Readonly<Record<string, number>>;
}

/** Kinds of chunks, by their types' numbers (RFC 9260 §3.2, RFC 8260), and where Weir counts them. */
const KINDS: readonly (readonly [string, readonly number[], (health: ConnectionHealth) => number])[] = [
  ["DATA", [0, 64], (health) => health.clientDataSegments + health.serverDataSegments],
  ["HEARTBEAT", [4], (health) => health.clientKeepAlives + health.serverKeepAlives],
  ["HEARTBEAT ACK", [5], (health) => health.clientKeepAliveAcks + health.serverKeepAliveAcks],
  ["ABORT", [6], (health) => health.clientResets + health.serverResets],
  ["SHUTDOWN", [7, 8], (health) => health.clientFins + health.serverFins],
];

/** Holds the chunks of all associations of a capture against tshark's counts; empty where they agree. */
export function compareChunks({ chunks = {} }: SctpFacts, associations: readonly ConnectionHealth[]): Difference[] {
  return KINDS.flatMap(([fact, types, countOf]) => {
    const tshark = types.reduce((sum, type) => sum + (chunks[type] ?? 0), 0);
    const weir = associations.reduce((sum, health) => sum + countOf(health), 0);
    return tshark === weir ? [] : [{ fact: `sctp ${fact}`, tshark: String(tshark), weir: String(weir) }];
  });
}

import type { ConnectionHealth } from "@weir/model";

/** Servers whose attempts are summed up apart; those of further ones go into one summary. */
const MAX_SUMMARIES = 1024;
const OTHERS = "";

/**
 * Connection attempts that nobody answered and that had to make room: one record per server instead of one each, so that a flood or a scan is told
 * and does not fill everything. The record is that of the first attempt, with the sums of all.
 */
export class AttemptSummaries {
  readonly #summaries = new Map<string, ConnectionHealth>();

  add(attempt: ConnectionHealth): void {
    const server = `${attempt.serverAddress} ${attempt.serverPort} ${attempt.transport}`;
    const key = this.#summaries.has(server) || this.#summaries.size < MAX_SUMMARIES ? server : OTHERS;
    const known = this.#summaries.get(key);
    this.#summaries.set(key, known === undefined ? attempt : sumOf(known, attempt));
  }

  /** All summaries, which begin anew. */
  take(): readonly ConnectionHealth[] {
    const taken = [...this.#summaries.values()];
    this.#summaries.clear();
    return taken;
  }
}

function sumOf(sum: ConnectionHealth, next: ConnectionHealth): ConnectionHealth {
  return {
    ...sum,
    attempts: sum.attempts + next.attempts,
    clientPackets: sum.clientPackets + next.clientPackets,
    serverPackets: sum.serverPackets + next.serverPackets,
    clientBytes: sum.clientBytes + next.clientBytes,
    serverBytes: sum.serverBytes + next.serverBytes,
    clientPayloadBytes: sum.clientPayloadBytes + next.clientPayloadBytes,
    serverPayloadBytes: sum.serverPayloadBytes + next.serverPayloadBytes,
    synRetransmissions: sum.synRetransmissions + next.synRetransmissions,
    lastPacket: Math.max(sum.lastPacket, next.lastPacket),
    lastFileOffset: Math.max(sum.lastFileOffset, next.lastFileOffset),
  };
}

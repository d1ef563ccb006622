import type { ConnectionHealth } from "@weir/model";

/** Servers whose attempts are summed up apart; those of further ones go into one summary. */
const MAX_SUMMARIES = 1024;
/** How long attempts are gathered before they are told. */
const GATHER_NS = 60e9;

/** Attempts that nobody answered and that had to make room, summed up. */
export interface AttemptSummary {
  /** Numbers of all of them. An end in which they differ is not told: its address is empty, its port 0. */
  readonly health: ConnectionHealth;
  /** When the first of them began. */
  readonly startedAtNs: number;
}

/**
 * Connection attempts that nobody answered and that had to make room: one record per server and minute instead of one each, so that a flood or a scan is
 * told and does not fill everything.
 */
export class AttemptSummaries {
  readonly #summaries = new Map<string, AttemptSummary>();
  #sinceNs = 0;

  /** Adds an attempt that began at `startedAtNs`, at the time `nowNs`. */
  add(attempt: ConnectionHealth, startedAtNs: number, nowNs: number): void {
    if (this.#summaries.size === 0) this.#sinceNs = nowNs;
    const server = `${attempt.serverAddress} ${attempt.serverPort} ${attempt.transport}`;
    const hasRoom = this.#summaries.has(server) || this.#summaries.size < MAX_SUMMARIES;
    const key = hasRoom ? server : attempt.transport;
    const known = this.#summaries.get(key);
    const next = { health: attempt, startedAtNs };
    this.#summaries.set(key, known === undefined ? next : sumOf(known, next));
  }

  /** True where attempts were gathered for long enough to be told. */
  isDue(nowNs: number): boolean {
    return this.#summaries.size > 0 && nowNs - this.#sinceNs >= GATHER_NS;
  }

  /** All summaries, which begin anew. */
  take(): readonly AttemptSummary[] {
    const taken = [...this.#summaries.values()];
    this.#summaries.clear();
    return taken;
  }
}

/** Of two summaries one. Ends that differ are left out: one of them would stand for all. */
function sumOf(one: AttemptSummary, other: AttemptSummary): AttemptSummary {
  const [sum, next] = [one.health, other.health];
  const startedAtNs = Math.min(one.startedAtNs, other.startedAtNs);
  const endedAtNs = Math.max(one.startedAtNs + sum.durationNs, other.startedAtNs + next.durationNs);
  return {
    startedAtNs,
    // In place: the numbers were handed over, and there may be a million attempts a minute.
    health: Object.assign(sum, {
      clientAddress: sum.clientAddress === next.clientAddress ? sum.clientAddress : "",
      clientPort: sum.clientPort === next.clientPort ? sum.clientPort : 0,
      serverAddress: sum.serverAddress === next.serverAddress ? sum.serverAddress : "",
      serverPort: sum.serverPort === next.serverPort ? sum.serverPort : 0,
      attempts: sum.attempts + next.attempts,
      durationNs: endedAtNs - startedAtNs,
      firstPacket: Math.min(sum.firstPacket, next.firstPacket),
      lastPacket: Math.max(sum.lastPacket, next.lastPacket),
      firstFileOffset: Math.min(sum.firstFileOffset, next.firstFileOffset),
      lastFileOffset: Math.max(sum.lastFileOffset, next.lastFileOffset),
      clientPackets: sum.clientPackets + next.clientPackets,
      serverPackets: sum.serverPackets + next.serverPackets,
      clientBytes: sum.clientBytes + next.clientBytes,
      serverBytes: sum.serverBytes + next.serverBytes,
      clientPayloadBytes: sum.clientPayloadBytes + next.clientPayloadBytes,
      serverPayloadBytes: sum.serverPayloadBytes + next.serverPayloadBytes,
      clientGoodputBytes: sum.clientGoodputBytes + next.clientGoodputBytes,
      serverGoodputBytes: sum.serverGoodputBytes + next.serverGoodputBytes,
      synRetransmissions: sum.synRetransmissions + next.synRetransmissions,
    }),
  };
}

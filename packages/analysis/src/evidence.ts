import type { Call, Connection, Evidence } from "@weir/model";

/** Ids and packet numbers kept as evidence per finding; the counts go on. */
const KEPT = 20;

/** Gathers what proves a finding, within a limit, and its span in time. */
export class EvidenceCollector {
  readonly #connectionIds: string[] = [];
  readonly #callIds: string[] = [];
  readonly #packets: number[] = [];
  readonly #streams: string[] = [];
  connectionCount = 0;
  callCount = 0;
  startedAt: bigint | undefined;
  endedAt: bigint | undefined;
  /** How many of the records were graded below whole. */
  partial = 0;
  readonly gradeReasons = new Set<string>();

  connection(connection: Connection): void {
    this.connectionCount += 1;
    this.#span(connection.startedAt, connection.durationNs);
    this.#grade(connection);
    if (this.#connectionIds.length >= KEPT) return;
    this.#connectionIds.push(connection.connectionId);
    this.#streams.push(`${connection.transport} ${connection.streamNumber}`);
    const shown = connection.evidencePackets.length > 0 ? connection.evidencePackets : [connection.firstPacket];
    this.#packets.push(...shown.slice(0, Math.max(0, KEPT - this.#packets.length)));
  }

  call(call: Call): void {
    this.callCount += 1;
    this.#span(call.startedAt, call.durationNs ?? 0);
    this.#grade(call);
    if (this.#callIds.length >= KEPT) return;
    this.#callIds.push(call.callId);
    if (!this.#connectionIds.includes(call.connectionId)) {
      this.#connectionIds.push(call.connectionId);
      this.#streams.push(`${call.transport} ${call.streamNumber}`);
    }
    const packet = call.responsePackets[0] ?? call.requestPackets[0];
    if (packet !== undefined && this.#packets.length < KEPT) this.#packets.push(packet);
  }

  toEvidence(): Evidence {
    return {
      connectionIds: this.#connectionIds,
      connectionCount: Math.max(this.connectionCount, this.#connectionIds.length),
      callIds: this.#callIds,
      callCount: this.callCount,
      packets: [...new Set(this.#packets)].sort((a, b) => a - b),
      streams: this.#streams,
    };
  }

  #span(startedAt: bigint, durationNs: number): void {
    const endedAt = startedAt + BigInt(Math.round(durationNs));
    if (this.startedAt === undefined || startedAt < this.startedAt) this.startedAt = startedAt;
    if (this.endedAt === undefined || endedAt > this.endedAt) this.endedAt = endedAt;
  }

  #grade({ grade, gradeReasons }: Connection | Call): void {
    if (grade === "whole") return;
    this.partial += 1;
    for (const reason of gradeReasons) this.gradeReasons.add(reason);
  }
}

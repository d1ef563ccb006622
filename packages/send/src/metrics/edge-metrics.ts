import type { Call, Connection } from "@weir/model";
import type { OutgoingMetric, Temporality } from "@weir/receive";
import { callMeasures, connectionError, edgeOf } from "./call-measures.ts";
import { INSTRUMENTS } from "./instruments.ts";
import { Meter } from "./meter.ts";

const NS_PER_S = 1e9;
const TRANSMIT = { "network.io.direction": "transmit" } as const;
const RECEIVE = { "network.io.direction": "receive" } as const;

/** What a connection added to its totals since it was told last. */
export type Traffic = Pick<
  Connection,
  "clientBytes" | "serverBytes" | "clientPackets" | "serverPackets" | "clientRetransmissions" | "serverRetransmissions"
>;

/** Calls and connections as metrics of edges: from one service to another, by protocol. */
export class EdgeMetrics {
  readonly #meter: Meter;

  /** `startNs`: from when on it is measured, Unix nanoseconds. */
  constructor(temporality: Temporality, startNs: bigint) {
    this.#meter = new Meter(temporality, startNs);
  }

  /** Measures that found no room in a series of their own, since it was asked last. */
  takeOverflowed(): number {
    return this.#meter.takeOverflowed();
  }

  call(call: Call): void {
    const { instrument, attributes, durationSeconds, counted } = callMeasures(call);
    this.#meter.add(INSTRUMENTS.calls, counted, 1);
    if (durationSeconds !== undefined) this.#meter.add(instrument, attributes, durationSeconds);
  }

  /** What went over a connection since it was told last, while it goes on as at its end. */
  traffic(connection: Connection, traffic: Traffic): void {
    const edge = edgeOf(connection);
    const sent = { ...edge, ...TRANSMIT };
    const received = { ...edge, ...RECEIVE };
    const { bytes, packets, retransmissions } = INSTRUMENTS;
    this.#meter.add(bytes, sent, traffic.clientBytes);
    this.#meter.add(bytes, received, traffic.serverBytes);
    this.#meter.add(packets, sent, traffic.clientPackets);
    this.#meter.add(packets, received, traffic.serverPackets);
    if (connection.transport !== "tcp") return;
    this.#meter.add(retransmissions, sent, traffic.clientRetransmissions);
    this.#meter.add(retransmissions, received, traffic.serverRetransmissions);
  }

  /** A connection that is over. */
  connectionEnd(connection: Connection): void {
    const edge = edgeOf(connection);
    const { closeReason, attempts, durationNs, handshakeNs, rttServerP50Ns, rttClientP50Ns } = connection;
    const error = connectionError(connection);
    const ended = { ...edge, "weir.connection.close_reason": closeReason };
    this.#meter.add(INSTRUMENTS.connections, error === undefined ? ended : { ...ended, "error.type": error }, attempts);
    this.#meter.add(INSTRUMENTS.connectionDuration, edge, durationNs / NS_PER_S);
    if (handshakeNs !== undefined) this.#meter.add(INSTRUMENTS.handshake, edge, handshakeNs / NS_PER_S);
    for (const [end, rttNs] of [
      ["server", rttServerP50Ns],
      ["client", rttClientP50Ns],
    ] as const)
      if (rttNs !== undefined)
        this.#meter.add(INSTRUMENTS.roundTrip, { ...edge, "weir.rtt.end": end }, rttNs / NS_PER_S);
  }

  /** The metrics as they are now; see {@link Meter.collect}. */
  collect(nowNs: bigint): OutgoingMetric[] {
    return this.#meter.collect(nowNs);
  }
}

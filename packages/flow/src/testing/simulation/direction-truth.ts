import { TcpFlag } from "@weir/wire";
import { type PacketTruth, packetTruth } from "./packet-truth.ts";
import type { PathLog } from "./path.ts";
import type { CapturedSighting } from "./record.ts";
import { type RoundTrips, roundTripsOf } from "./round-trips.ts";
import { isReliable, type SideName } from "./segment.ts";
import { capturedSpans, streamOf } from "./stream-truth.ts";
import { zeroWindowNs } from "./zero-window.ts";

/** The truth about what one side sent, as far as the capture holds it. */
export interface DirectionTruth extends PacketTruth {
  readonly packets: number;
  readonly payloadBytes: number;
  readonly dataSegments: number;
  /** Payload bytes that were captured, each counted once. */
  readonly goodputBytes: number;
  /** Sendings of payload, SYN and FIN that were lost before the vantage, and behind it; also those before the capture began. */
  readonly lostBefore: number;
  readonly lostBehind: number;
  /** Packets that offered no window. */
  readonly zeroWindows: number;
  readonly zeroWindowNs: number;
  readonly fins: number;
  readonly resets: number;
  /** Of what this side sent: vantage to the other side and back. */
  readonly roundTrips: RoundTrips;
  /** See {@link streamOf}. */
  readonly stream: string;
}

const NO_PLAIN_WINDOW = TcpFlag.syn | TcpFlag.fin | TcpFlag.rst;

/** The truth of one direction. */
export function directionTruth(log: PathLog, captured: readonly CapturedSighting[], side: SideName): DirectionTruth {
  const own = captured.filter(({ segment }) => segment.from === side);
  const having = (flag: number) => own.filter(({ segment }) => (segment.flags & flag) !== 0).length;
  const { resent, resentUnseen, probes, duplicates, reordered, holes } = packetTruth(log, own, side);
  return {
    resent,
    resentUnseen,
    probes,
    duplicates,
    reordered,
    holes,
    packets: own.length,
    payloadBytes: own.reduce((sum, { segment }) => sum + segment.payloadBytes, 0),
    dataSegments: own.filter(({ segment }) => segment.payloadBytes > 0).length,
    goodputBytes: capturedSpans(own).reduce((sum, [from, to]) => sum + to - from, 0),
    ...lossesOf(log, side),
    zeroWindows: own.filter(({ segment }) => segment.windowBytes === 0 && (segment.flags & NO_PLAIN_WINDOW) === 0)
      .length,
    zeroWindowNs: zeroWindowNs(captured, side),
    fins: having(TcpFlag.fin),
    resets: having(TcpFlag.rst),
    roundTrips: roundTripsOf(captured, side),
    stream: streamOf(own, side),
  };
}

function lossesOf({ sightings, arrivals, sent }: PathLog, side: SideName) {
  const passed = new Set(sightings.map(({ segment }) => segment.id));
  const own = sent.filter((segment) => segment.from === side && isReliable(segment));
  return {
    lostBefore: own.filter(({ id }) => !passed.has(id)).length,
    lostBehind: own.filter(({ id }) => passed.has(id) && !arrivals.has(id)).length,
  };
}

import { TcpFlag } from "@weir/wire";
import type { ConversationOptions } from "./conversation.ts";
import { packetTruth } from "./packet-truth.ts";
import type { PathLog } from "./path.ts";
import type { CapturedSighting } from "./record.ts";
import { endOf, isReliable, otherSide, type Segment, type SideName } from "./segment.ts";
import { capturedSpans } from "./stream-truth.ts";

/** The truth about one side of hosts of today, as far as the vantage can know it: of what passed and was captured. */
export interface VisibleTruth {
  /**
   * What the host sent again, by why; without what had been acknowledged before the vantage's eyes, and without what looks new there, because nothing
   * from there on had passed.
   */
  readonly fastRetransmissions: number;
  readonly timeoutRetransmissions: number;
  readonly tailLossProbes: number;
  /** What the host sent again of which the capture shows before that it had been acknowledged. */
  readonly spuriousRetransmissions: number;
  /** Payload in all of these. */
  readonly retransmittedBytes: number;
  /** Packets that the network made a second time, ACKs included. */
  readonly copies: number;
  /** Payload, SYN and FIN (no probes) that were lost before the vantage and behind it: every sending, also those before the capture. */
  readonly lostBefore: number;
  readonly lostAfter: number;
  /** Payload that the other side acknowledged, from the first captured packet on, and of which no sending was captured. */
  readonly notCapturedBytes: number;
  readonly sackBlocks: number;
  readonly duplicateSacks: number;
  readonly congestionMarks: number;
  readonly congestionEchoes: number;
  readonly congestionReduced: number;
  readonly largestSegmentBytes: number;
  /** Payload sent and not acknowledged, at its most, by what had been captured at that moment. */
  readonly maxBytesInFlight: number;
  /** As offered in all packets but resets, to the scale's granularity; undefined where there are none. */
  readonly minWindowBytes: number | undefined;
  readonly meanWindowBytes: number | undefined;
  readonly maxWindowBytes: number | undefined;
}

/** What the vantage can know of one side. */
export function visibleTruth(
  log: PathLog,
  captured: readonly CapturedSighting[],
  side: SideName,
  options: ConversationOptions,
): VisibleTruth {
  const own = captured.filter(({ segment }) => segment.from === side);
  const having = (flag: number) =>
    own.filter(({ segment: { flags } }) => (flags & flag) !== 0 && (flags & TcpFlag.syn) === 0).length;
  const segments = own.map(({ segment }) => segment);
  return {
    ...resentOf(log, captured, own, side),
    copies: own.length - new Set(segments).size,
    ...lossesOf(log, side),
    notCapturedBytes: notCapturedBytes(log, captured, own, side),
    sackBlocks: sum(segments.map(({ sackBlocks }) => sackBlocks.length)),
    duplicateSacks: segments.filter(({ hasDuplicateSack }) => hasDuplicateSack).length,
    congestionMarks: own.filter(({ isMarked }) => isMarked).length,
    congestionEchoes: having(TcpFlag.ece),
    congestionReduced: having(TcpFlag.cwr),
    largestSegmentBytes: Math.max(0, ...segments.map(({ payloadBytes }) => payloadBytes)),
    maxBytesInFlight: maxBytesInFlight(captured, side),
    ...windowsOf(segments, options),
  };
}

function resentOf(
  log: PathLog,
  captured: readonly CapturedSighting[],
  own: readonly CapturedSighting[],
  side: SideName,
) {
  const { resent, resentUnseen } = packetTruth(log, own, side);
  const acknowledged = acknowledgedBefore(captured, side);
  const visible = (numbers: readonly number[]) => numbers.filter((number) => !resentUnseen.includes(number));
  const needed = (numbers: readonly number[]) => visible(numbers).filter((number) => !acknowledged.has(number)).length;
  const all = new Set(visible(Object.values(resent).flat()));
  return {
    fastRetransmissions: needed(resent.fast),
    timeoutRetransmissions: needed(resent.timeout),
    tailLossProbes: needed(resent.tailProbe),
    spuriousRetransmissions: [...all].filter((number) => acknowledged.has(number)).length,
    retransmittedBytes: sum(own.filter(({ number }) => all.has(number)).map(({ segment }) => segment.payloadBytes)),
  };
}

/** Packets of a side with payload, all of which a captured packet of the other side had acknowledged before. */
function acknowledgedBefore(captured: readonly CapturedSighting[], side: SideName): ReadonlySet<number> {
  const numbers = new Set<number>();
  let acknowledged = 0;
  for (const { segment, number } of captured) {
    if (segment.from !== side) acknowledged = Math.max(acknowledged, segment.acknowledgment);
    else if (segment.payloadBytes > 0 && endOf(segment) <= acknowledged) numbers.add(number);
  }
  return numbers;
}

function lossesOf({ sightings, arrivals, sent }: PathLog, side: SideName) {
  const passed = new Set(sightings.map(({ segment }) => segment.id));
  const own = sent.filter((segment) => segment.from === side && isReliable(segment) && segment.sending !== "probe");
  return {
    lostBefore: own.filter(({ id }) => !passed.has(id)).length,
    lostAfter: own.filter(({ id }) => passed.has(id) && !arrivals.has(id)).length,
  };
}

function notCapturedBytes(
  { sent }: PathLog,
  captured: readonly CapturedSighting[],
  own: readonly CapturedSighting[],
  side: SideName,
): number {
  const first = own[0]?.segment;
  if (first === undefined) return 0;
  const acknowledgments = captured
    .filter(({ segment }) => segment.from === otherSide(side))
    .map(({ segment }) => segment.acknowledgment);
  const fin = sent.find(({ from, flags }) => from === side && (flags & TcpFlag.fin) !== 0);
  const streamEnd = fin === undefined ? Number.POSITIVE_INFINITY : endOf(fin) - 2;
  const start = Math.max(0, first.sequence - 1);
  const to = Math.min(Math.max(0, ...acknowledgments) - 1, streamEnd);
  const there = capturedSpans(own).map(([a, b]) => Math.max(0, Math.min(b, to) - Math.max(a, start)));
  return Math.max(0, to - start - sum(there));
}

function maxBytesInFlight(captured: readonly CapturedSighting[], side: SideName): number {
  let [end, acknowledged, most] = [-1, -1, 0];
  for (const { segment } of captured) {
    if (segment.from !== side) {
      if ((segment.flags & TcpFlag.ack) !== 0) acknowledged = Math.max(acknowledged, segment.acknowledgment);
      continue;
    }
    if (segment.payloadBytes === 0 || segment.sending === "probe") continue;
    if (acknowledged < 0) acknowledged = segment.sequence;
    end = Math.max(end, segment.sequence + segment.payloadBytes);
    most = Math.max(most, end - acknowledged);
  }
  return most;
}

function windowsOf(segments: readonly Segment[], { windowScale }: ConversationOptions) {
  const windows = segments
    .filter(({ flags }) => (flags & TcpFlag.rst) === 0)
    .map(({ flags, windowBytes }) =>
      (flags & TcpFlag.syn) !== 0
        ? Math.min(windowBytes, 0xffff)
        : Math.ceil(windowBytes / 2 ** windowScale) * 2 ** windowScale,
    );
  if (windows.length === 0) return { minWindowBytes: undefined, meanWindowBytes: undefined, maxWindowBytes: undefined };
  return {
    minWindowBytes: Math.min(...windows),
    meanWindowBytes: Math.round(sum(windows) / windows.length),
    maxWindowBytes: Math.max(...windows),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

import type { LadderPacket } from "@weir/http-contract";

/** Height of a packet's row, of a long pause, and of the slant that shows travel, in pixels. */
const ROW = 22;
const PAUSE = 30;
const TOP = 46;
/** A pause is long where it is a tenth of the whole shown time, and at least 50 ms. */
const PAUSE_SHARE = 0.1;
const MIN_PAUSE_NS = 50e6;

/** One packet with its place. */
export interface Rung {
  readonly packet: LadderPacket;
  readonly y: number;
  /** Time since the packet before, where it is a pause worth showing. */
  readonly pauseNs: number | undefined;
}

export interface LadderLayout {
  readonly rungs: readonly Rung[];
  readonly height: number;
}

/** Places packets one below the other: the order is exact, long pauses are compressed and labelled. */
export function layoutLadder(packets: readonly LadderPacket[]): LadderLayout {
  const spanNs = (packets.at(-1)?.offsetNs ?? 0) - (packets[0]?.offsetNs ?? 0);
  const longNs = Math.max(MIN_PAUSE_NS, spanNs * PAUSE_SHARE);
  const rungs: Rung[] = [];
  let y = TOP;
  let previousNs = packets[0]?.offsetNs ?? 0;
  for (const packet of packets) {
    const passedNs = packet.offsetNs - previousNs;
    const isPause = passedNs >= longNs;
    if (isPause) y += PAUSE;
    rungs.push({ packet, y, pauseNs: isPause ? passedNs : undefined });
    y += ROW;
    previousNs = packet.offsetNs;
  }
  return { rungs, height: y + 20 };
}

/** What kind of trouble a packet shows, worst first; decides colour and shape of its arrow. */
export type RungKind = "resent" | "reordered" | "window" | "reset" | "duplicate" | "plain";

export function kindOf({ notes, flags }: LadderPacket): RungKind {
  const has = (...wanted: readonly string[]) => wanted.some((note) => notes.includes(note));
  if (flags.split(" ").includes("RST")) return "reset";
  if (has("retransmission", "fastRetransmission", "spuriousRetransmission")) return "resent";
  if (has("zeroWindow", "zeroWindowProbe", "zeroWindowProbeAck", "windowFull")) return "window";
  if (has("outOfOrder", "lostSegment", "ackLostSegment")) return "reordered";
  return has("duplicateAck", "keepAlive", "keepAliveAck") ? "duplicate" : "plain";
}

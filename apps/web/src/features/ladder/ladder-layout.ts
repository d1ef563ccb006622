import type { LadderPacket } from "@weir/http-contract";

/** Height of a packet's row, what a short wait adds to it at most, and the height of a long pause, in pixels. */
const ROW = 21;
const MAX_STRETCH = 16;
const PAUSE = 34;
const TOP = 20;
const BOTTOM = 24;
/** Waits from here on stretch a row: 4 pixels for each tenfold. */
const STRETCH_FROM_NS = 100_000;
/** A pause is long where it is a tenth of the whole shown time, and at least 50 ms. */
const PAUSE_SHARE = 0.1;
const MIN_PAUSE_NS = 50e6;

/** One packet with its place. */
export interface Rung {
  readonly packet: LadderPacket;
  readonly kind: RungKind;
  readonly y: number;
  /** Time since the packet before; undefined for the first. */
  readonly sinceNs: number | undefined;
  /** True where that time is a long pause, which is compressed and labelled. */
  readonly isPause: boolean;
}

/** The window that one side offers, from one packet of it to its next. */
export interface WindowStep {
  readonly y: number;
  readonly height: number;
  readonly windowBytes: number;
}

export interface LadderLayout {
  readonly rungs: readonly Rung[];
  readonly clientWindow: readonly WindowStep[];
  readonly serverWindow: readonly WindowStep[];
  /** The largest window that either side offers: what the bars are measured by. */
  readonly widestBytes: number;
  readonly height: number;
}

/** Places packets one below the other: the order is exact, waits stretch a little, long pauses are compressed and labelled. */
export function layoutLadder(packets: readonly LadderPacket[]): LadderLayout {
  const spanNs = (packets.at(-1)?.offsetNs ?? 0) - (packets[0]?.offsetNs ?? 0);
  const longNs = Math.max(MIN_PAUSE_NS, spanNs * PAUSE_SHARE);
  const rungs: Rung[] = [];
  let y = TOP;
  for (const [index, packet] of packets.entries()) {
    const before = packets[index - 1];
    const sinceNs = before === undefined ? undefined : packet.offsetNs - before.offsetNs;
    const isPause = sinceNs !== undefined && sinceNs >= longNs;
    y += isPause ? PAUSE : stretchOf(sinceNs ?? 0);
    rungs.push({ packet, kind: kindOf(packet), y, sinceNs, isPause });
    y += ROW;
  }
  const height = y + BOTTOM;
  return {
    rungs,
    clientWindow: windowSteps(rungs, true, height),
    serverWindow: windowSteps(rungs, false, height),
    widestBytes: Math.max(1, ...packets.map(({ windowBytes }) => windowBytes)),
    height,
  };
}

function stretchOf(sinceNs: number): number {
  if (sinceNs <= STRETCH_FROM_NS) return 0;
  return Math.min(MAX_STRETCH, Math.log10(sinceNs / STRETCH_FROM_NS) * 4);
}

/** A side's window over time. Resets offer none: the window they carry means nothing. UDP has none at all. */
function windowSteps(rungs: readonly Rung[], fromClient: boolean, end: number): readonly WindowStep[] {
  const own = rungs.filter(
    ({ packet, kind }) => packet.fromClient === fromClient && packet.flags !== "" && kind !== "reset",
  );
  return own.map(({ packet, y }, index) => ({
    y,
    height: (own[index + 1]?.y ?? end) - y,
    windowBytes: packet.windowBytes,
  }));
}

/** What kind of trouble a packet shows, worst first; decides colour and shape of its arrow. */
export type RungKind = "reset" | "resent" | "lost" | "window" | "reordered" | "duplicate" | "keepAlive" | "plain";

const NOTES_BY_KIND: readonly (readonly [RungKind, readonly string[]])[] = [
  ["resent", ["retransmission", "fastRetransmission", "spuriousRetransmission"]],
  ["lost", ["lostSegment", "ackLostSegment"]],
  ["window", ["zeroWindow", "zeroWindowProbe", "zeroWindowProbeAck", "windowFull"]],
  ["reordered", ["outOfOrder"]],
  ["duplicate", ["duplicateAck"]],
  ["keepAlive", ["keepAlive", "keepAliveAck"]],
];

export function kindOf({ notes, flags }: Pick<LadderPacket, "notes" | "flags">): RungKind {
  if (flags.split(" ").includes("RST")) return "reset";
  return NOTES_BY_KIND.find(([, wanted]) => wanted.some((note) => notes.includes(note)))?.[0] ?? "plain";
}

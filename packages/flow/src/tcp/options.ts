import type { Packet } from "@weir/wire";

/** TCP option kinds (IANA) that are read. */
const Kind = {
  end: 0,
  noOperation: 1,
  maxSegmentSize: 2,
  windowScale: 3,
  sackPermitted: 4,
  sack: 5,
  timestamps: 8,
  md5: 19,
  authentication: 29,
  multipath: 30,
  fastOpen: 34,
} as const;

/** Options of a SYN, as bits in the order of {@link SYN_OPTION_NAMES}. */
export const SynOption = {
  mss: 1,
  windowScale: 2,
  sackPermitted: 4,
  timestamps: 8,
  fastOpen: 16,
  multipath: 32,
  md5: 64,
  authentication: 128,
} as const;
/** Their names in records. */
export const SYN_OPTION_NAMES = Object.keys(SynOption);
const ALL_SYN_OPTIONS = (1 << SYN_OPTION_NAMES.length) - 1;

const BITS: Readonly<Record<number, number>> = {
  [Kind.maxSegmentSize]: SynOption.mss,
  [Kind.windowScale]: SynOption.windowScale,
  [Kind.sackPermitted]: SynOption.sackPermitted,
  [Kind.timestamps]: SynOption.timestamps,
  [Kind.fastOpen]: SynOption.fastOpen,
  [Kind.multipath]: SynOption.multipath,
  [Kind.md5]: SynOption.md5,
  [Kind.authentication]: SynOption.authentication,
};

/** What a segment's options say; -1 or 0 where absent. Reused: overwritten by the next read. */
export interface TcpOptions {
  maxSegmentBytes: number;
  windowScale: number;
  /** {@link SynOption} bits. */
  present: number;
  /** Where the blocks of selective acknowledgment begin, and how many there are. */
  sackAt: number;
  sackBlocks: number;
  /** Where the time stamps stand (TSval, TSecr); -1 where there are none. */
  timestampsAt: number;
}

export const options: TcpOptions = {
  maxSegmentBytes: -1,
  windowScale: -1,
  present: 0,
  sackAt: -1,
  sackBlocks: 0,
  timestampsAt: -1,
};

/** Reads a segment's options into {@link options} (RFC 9293 §3.1, RFC 7323 §2 and §3, RFC 2018 §3). Stops at what is malformed. */
export function readOptions({ view, tcpOptionsAt, tcpOptionsEnd }: Packet): TcpOptions {
  options.maxSegmentBytes = -1;
  options.windowScale = -1;
  options.present = 0;
  options.sackAt = -1;
  options.sackBlocks = 0;
  options.timestampsAt = -1;
  for (let at = tcpOptionsAt; at < tcpOptionsEnd; ) {
    const kind = view.getUint8(at);
    if (kind === Kind.end) break;
    if (kind === Kind.noOperation) {
      at += 1;
      continue;
    }
    if (at + 2 > tcpOptionsEnd) break;
    const length = view.getUint8(at + 1);
    if (length < 2 || at + length > tcpOptionsEnd) break;
    takeOption(view, kind, at, length);
    at += length;
  }
  return options;
}

function takeOption(view: DataView, kind: number, at: number, length: number): void {
  options.present |= BITS[kind] ?? 0;
  if (kind === Kind.maxSegmentSize && length === 4) options.maxSegmentBytes = view.getUint16(at + 2);
  else if (kind === Kind.windowScale && length === 3) options.windowScale = view.getUint8(at + 2);
  else if (kind === Kind.timestamps && length === 10) options.timestampsAt = at + 2;
  else if (kind === Kind.sack && length >= 10) {
    options.sackAt = at + 2;
    options.sackBlocks = (length - 2) >> 3;
  }
}

/** The first four bytes of the options that nearly all segments have: two of no operation, then time stamps. */
const ALIGNED_TIMESTAMPS = 0x0101080a;
/** Length of options that hold time stamps and nothing else. */
export const TIMESTAMP_OPTION_BYTES = 12;

/** Where a segment's time stamps stand, in the usual place or any other; -1 where it has none. HOT PATH. */
export function timestampsAt(packet: Packet): number {
  const { view, tcpOptionsAt, tcpOptionsEnd } = packet;
  if (tcpOptionsEnd - tcpOptionsAt < TIMESTAMP_OPTION_BYTES) return -1;
  if (view.getUint32(tcpOptionsAt) === ALIGNED_TIMESTAMPS) return tcpOptionsAt + 4;
  return readOptions(packet).timestampsAt;
}

/** True where a segment's options hold more than time stamps in the usual place. HOT PATH. */
export function hasRareOptions({ view, tcpOptionsAt, tcpOptionsEnd }: Packet): boolean {
  const optionBytes = tcpOptionsEnd - tcpOptionsAt;
  if (optionBytes < TIMESTAMP_OPTION_BYTES) return false;
  return optionBytes > TIMESTAMP_OPTION_BYTES || view.getUint32(tcpOptionsAt) !== ALIGNED_TIMESTAMPS;
}

/** The names of {@link SynOption} bits. */
export function synOptionNames(bits: number): string[] {
  return bits === 0 ? [] : SYN_OPTION_NAMES.filter((_, index) => ((bits & ALL_SYN_OPTIONS) >> index) & 1);
}

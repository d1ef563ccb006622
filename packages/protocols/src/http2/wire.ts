/** Frames, settings and error codes of HTTP/2 (RFC 9113 §4, §6, §7). */

export const FRAME_HEADER_BYTES = 9;

export const FrameType = {
  data: 0,
  headers: 1,
  priority: 2,
  rstStream: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

/** Flags; what a bit means depends on the frame's type. */
export const Flag = { ack: 1, endStream: 1, endHeaders: 4, padded: 8, priority: 0x20 } as const;

export const Setting = {
  headerTableSize: 1,
  enablePush: 2,
  maxConcurrentStreams: 3,
  initialWindowSize: 4,
  maxFrameSize: 5,
} as const;

/** What holds before any setting says otherwise (RFC 9113 §6.5.2, §6.9.2). */
export const DEFAULT_WINDOW_BYTES = 65_535;
export const DEFAULT_MAX_FRAME_BYTES = 16_384;
/** What a length of three bytes can say. */
export const LONGEST_FRAME_BYTES = 0xff_ffff;

export interface FrameHeader {
  /** Length of the payload. */
  readonly length: number;
  readonly type: number;
  readonly flags: number;
  readonly streamId: number;
}

const ERROR_NAMES: readonly string[] = [
  "NO_ERROR",
  "PROTOCOL_ERROR",
  "INTERNAL_ERROR",
  "FLOW_CONTROL_ERROR",
  "SETTINGS_TIMEOUT",
  "STREAM_CLOSED",
  "FRAME_SIZE_ERROR",
  "REFUSED_STREAM",
  "CANCEL",
  "COMPRESSION_ERROR",
  "CONNECT_ERROR",
  "ENHANCE_YOUR_CALM",
  "INADEQUATE_SECURITY",
  "HTTP_1_1_REQUIRED",
];

/** Name of an error code (RFC 9113 §7); codes without one as hexadecimal number. */
export function errorName(code: number): string {
  return ERROR_NAMES[code] ?? `0x${code.toString(16)}`;
}

/** Reads the header that stands at `at`; nine bytes must be there. */
export function frameHeaderAt(bytes: Uint8Array, at: number): FrameHeader {
  return {
    length: ((bytes[at] ?? 0) << 16) | uint16At(bytes, at + 1),
    type: bytes[at + 3] ?? 0,
    flags: bytes[at + 4] ?? 0,
    streamId: uint31At(bytes, at + 5),
  };
}

export function uint16At(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

export function uint32At(bytes: Uint8Array, at: number): number {
  return uint16At(bytes, at) * 0x1_0000 + uint16At(bytes, at + 2);
}

/** A number of 31 bits behind a reserved one: stream numbers and window increments. */
export function uint31At(bytes: Uint8Array, at: number): number {
  return uint32At(bytes, at) & 0x7fff_ffff;
}

/** The settings of a SETTINGS frame in their order: identifier and value. */
export function* settingsIn(payload: Uint8Array): Generator<readonly [id: number, value: number]> {
  for (let at = 0; at + 6 <= payload.length; at += 6) yield [uint16At(payload, at), uint32At(payload, at + 2)];
}

/** Where a payload's own content begins and ends, between the fields that flags announce and the padding; undefined where it has no room. */
export function contentOf(
  { type, flags }: Pick<FrameHeader, "type" | "flags">,
  payload: Uint8Array,
): readonly [from: number, to: number] | undefined {
  const isPadded = (flags & Flag.padded) !== 0 && type !== FrameType.continuation;
  let from = isPadded ? 1 : 0;
  if (type === FrameType.headers && (flags & Flag.priority) !== 0) from += 5;
  if (type === FrameType.pushPromise) from += 4;
  const to = payload.length - (isPadded ? (payload[0] ?? 0) : 0);
  return from <= to ? [from, to] : undefined;
}

import { decodeLatin1, formatIpv4, toHex } from "@weir/base";

/** Bytes of a time message without extensions (RFC 5905 §7.3). */
export const HEADER_BYTES = 48;
/** Seconds from NTP's first era (1900) to the Unix epoch, and the length of an era. */
const UNIX_EPOCH_S = 2_208_988_800;
const ERA_S = 2 ** 32;
const FRACTIONS = 2 ** 32;
/** Offsets of the timestamps. */
const REFERENCE_AT = 16;
const ORIGIN_AT = 24;
const RECEIVE_AT = 32;
const TRANSMIT_AT = 40;

export const Mode = {
  symmetricActive: 1,
  symmetricPassive: 2,
  client: 3,
  server: 4,
  broadcast: 5,
  control: 6,
  private: 7,
} as const;

/** A message that carries the time. */
export interface TimeMessage {
  readonly mode: number;
  readonly version: number;
  /** 3: the clock is not synchronised. */
  readonly leap: number;
  /** 0: unspecified, or a kiss of death; 1: a primary server; 16: not synchronised. */
  readonly stratum: number;
  readonly pollExponent: number;
  readonly rootDelayS: number;
  readonly rootDispersionS: number;
  /** In text: four letters of stratum 0 and 1, an address or hash of others. */
  readonly referenceId: string;
  /** What pairs: hexadecimal. */
  readonly origin: string;
  readonly transmit: string;
  /** Since the Unix epoch, in seconds; undefined where the field is zero. */
  readonly receiveS: number | undefined;
  readonly transmitS: number | undefined;
}

export function versionOf(bytes: Uint8Array): number {
  return ((bytes[0] ?? 0) >>> 3) & 7;
}

export function modeOf(bytes: Uint8Array): number {
  return (bytes[0] ?? 0) & 7;
}

/** Reads a time message of at least `HEADER_BYTES`. */
export function parseTime(bytes: Uint8Array): TimeMessage {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stratum = bytes[1] ?? 0;
  return {
    mode: modeOf(bytes),
    version: versionOf(bytes),
    leap: (bytes[0] ?? 0) >>> 6,
    stratum,
    pollExponent: view.getInt8(2),
    rootDelayS: view.getInt32(4) / 65_536,
    rootDispersionS: view.getUint32(8) / 65_536,
    referenceId: referenceIdOf(bytes.subarray(12, 16), stratum),
    origin: toHex(bytes.subarray(ORIGIN_AT, RECEIVE_AT)),
    transmit: toHex(bytes.subarray(TRANSMIT_AT, HEADER_BYTES)),
    receiveS: unixSeconds(view, RECEIVE_AT),
    transmitS: unixSeconds(view, TRANSMIT_AT),
  };
}

/** Whether a datagram of a time mode is one: fields that are in their ranges, and timestamps of our time. */
export function isTime(bytes: Uint8Array): boolean {
  if (bytes.length < HEADER_BYTES || bytes.length % 4 !== 0) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const mode = modeOf(bytes);
  if (view.getUint8(1) > 16) return false;
  if (mode === Mode.client && isEmptyQuestion(view)) return true;
  // Polls are up to 36 hours apart, clocks tick in at most a second and are off by at most some minutes.
  const isInRange =
    Math.abs(view.getInt8(2)) <= 17 && view.getInt8(3) <= 0 && view.getInt8(3) > -64 && view.getUint16(8) < 1_024;
  if (!isInRange || !isOurTime(view, TRANSMIT_AT) || !isUnset(view, REFERENCE_AT, isOurTime)) return false;
  if (mode !== Mode.server) return isUnset(view, ORIGIN_AT, isOurTime) && isUnset(view, RECEIVE_AT, isOurTime);
  // A server answers within the hour.
  return isOurTime(view, RECEIVE_AT) && Math.abs(view.getUint32(RECEIVE_AT) - view.getUint32(TRANSMIT_AT)) < 3_600;
}

/**
 * A client that tells nothing of itself: zero up to the reference timestamp. The other timestamps may be random numbers: only one has to come back.
 */
function isEmptyQuestion(view: DataView): boolean {
  for (let at = 4; at < ORIGIN_AT; at += 4) if (view.getUint32(at) !== 0) return false;
  return view.getUint8(1) === 0 && Math.abs(view.getInt8(2)) <= 17;
}

/** Between 1993 and 2059: the first byte of the seconds, which begin again in 2036. */
function isOurTime(view: DataView, at: number): boolean {
  const first = view.getUint8(at);
  return first >= 0xb0 || (first < 0x2c && view.getUint32(at) !== 0);
}

function isUnset(view: DataView, at: number, orElse: (view: DataView, at: number) => boolean): boolean {
  return (view.getUint32(at) === 0 && view.getUint32(at + 4) === 0) || orElse(view, at);
}

/** The era is the one in which a timestamp lies between 1968 and 2104 (RFC 4330 §3). */
function unixSeconds(view: DataView, at: number): number | undefined {
  const seconds = view.getUint32(at);
  const fraction = view.getUint32(at + 4);
  if (seconds === 0 && fraction === 0) return undefined;
  return (seconds >= 0x8000_0000 ? seconds : seconds + ERA_S) - UNIX_EPOCH_S + fraction / FRACTIONS;
}

/** Of strata 0 and 1 it is text, of others an IPv4 address, or what looks like one (RFC 5905 §7.3). */
function referenceIdOf(bytes: Uint8Array, stratum: number): string {
  if (stratum > 1) return formatIpv4(bytes);
  const text = decodeLatin1(bytes).replace(/\0+$/, "");
  return /^[ -~]*$/.test(text) ? text.trim() : toHex(bytes);
}

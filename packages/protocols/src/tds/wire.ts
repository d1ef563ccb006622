/** Header of a packet (MS-TDS §2.2.3.1). */
export const HEADER_BYTES = 8;
/** Longest packet that may be agreed on (MS-TDS §2.2.6.4). */
export const MAX_PACKET_BYTES = 32_767;
/** A TLS record stands between packets where the login, or all, is encrypted. */
const TLS_RECORD_HEADER_BYTES = 5;
const MAX_TLS_RECORD_BYTES = 18_432;
const TLS_APPLICATION_DATA = 23;

/** Types of packets (MS-TDS §2.2.3.1.1). */
export const PacketType = {
  sqlBatch: 1,
  oldLogin: 2,
  rpc: 3,
  answer: 4,
  attention: 6,
  bulkLoad: 7,
  federatedToken: 8,
  transaction: 14,
  login7: 16,
  sspi: 17,
  prelogin: 18,
} as const;

/** Bit of the status: the message ends with this packet. */
const END_OF_MESSAGE = 1;
const KNOWN_TYPES = new Set<number>(Object.values(PacketType));

/** Length of the packet, or TLS record, that begins here; undefined where none does. */
export function packetLength(bytes: Uint8Array): number | undefined {
  if (isTlsRecord(bytes)) {
    const length = TLS_RECORD_HEADER_BYTES + uint16(bytes, 3);
    return length <= MAX_TLS_RECORD_BYTES ? length : undefined;
  }
  const length = uint16(bytes, 2);
  const isPacket = KNOWN_TYPES.has(bytes[0] ?? 0) && length >= HEADER_BYTES && length <= MAX_PACKET_BYTES;
  return isPacket && bytes[7] === 0 ? length : undefined;
}

/** True for encrypted data that stands between packets. */
export function isTlsRecord(bytes: Uint8Array): boolean {
  return (bytes[0] ?? 0) >= 20 && (bytes[0] ?? 0) <= TLS_APPLICATION_DATA && bytes[1] === 3;
}

export function endsMessage(bytes: Uint8Array): boolean {
  return ((bytes[1] ?? 0) & END_OF_MESSAGE) !== 0;
}

/** A number of two bytes, most significant first: those of headers and PRELOGIN. */
export function uint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

/** Reads what stands in messages: little end first, texts in UTF-16. `failed` once anything did not fit. */
export class TdsReader {
  readonly #bytes: Uint8Array;
  #at: number;
  failed = false;

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.#at = at;
  }

  get at(): number {
    return this.#at;
  }

  get left(): number {
    return Math.max(0, this.#bytes.length - this.#at);
  }

  take(count: number): Uint8Array {
    if (count > this.left) this.failed = true;
    const taken = this.#bytes.subarray(this.#at, this.#at + count);
    this.#at = Math.min(this.#bytes.length, this.#at + count);
    return taken;
  }

  int(byteCount: number): number {
    const bytes = this.take(byteCount);
    let value = 0;
    for (let at = bytes.length - 1; at >= 0; at -= 1) value = value * 256 + (bytes[at] ?? 0);
    return value;
  }

  /** So many characters of UTF-16. */
  text(characters: number): string {
    return utf16(this.take(2 * characters));
  }
}

/** UTF-16, little end first. */
export function utf16(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at + 1 < bytes.length; at += 2)
    text += String.fromCharCode((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8));
  return text;
}

import { Content } from "../wire.ts";

/** Type, version, epoch, number and length (RFC 6347 §4.1). */
export const DTLS_HEADER_BYTES = 13;
/** Type, length, number of the message, and which part of it follows (RFC 6347 §4.2.2). */
export const DTLS_MESSAGE_HEADER_BYTES = 12;
/** DTLS 1.0, 1.2, and what OpenSSL called DTLS before there was one. */
const VERSIONS: ReadonlySet<number> = new Set([0xfeff, 0xfefd, 0x0100]);
const MAX_RECORD_BYTES = 16_384 + 2_048;

/** One record of a datagram. */
export interface DtlsRecord {
  readonly type: number;
  readonly epoch: number;
  /** Borrowed. */
  readonly body: Uint8Array;
}

/** The record that begins at `at`; undefined where none does. */
export function dtlsRecordAt(bytes: Uint8Array, at: number): DtlsRecord | undefined {
  if (bytes.length - at < DTLS_HEADER_BYTES) return undefined;
  const number = (offset: number) => ((bytes[at + offset] ?? 0) << 8) | (bytes[at + offset + 1] ?? 0);
  const type = bytes[at] ?? 0;
  const length = number(11);
  const isKnown = type >= Content.changeCipherSpec && type <= Content.applicationData && VERSIONS.has(number(1));
  if (!isKnown || length > MAX_RECORD_BYTES || at + DTLS_HEADER_BYTES + length > bytes.length) return undefined;
  return { type, epoch: number(3), body: bytes.subarray(at + DTLS_HEADER_BYTES, at + DTLS_HEADER_BYTES + length) };
}

/** True where a sealed record of DTLS 1.3 begins: three fixed bits (RFC 9147 §4). */
export function isUnifiedHeader(byte: number | undefined): boolean {
  return ((byte ?? 0) & 0xe0) === 0x20;
}

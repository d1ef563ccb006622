/** Content types of records (RFC 8446 §5.1). `ssl2` is not on the wire: it stands for a hello in SSL 2.0's own form. */
export const Content = {
  changeCipherSpec: 20,
  alert: 21,
  handshake: 22,
  applicationData: 23,
  heartbeat: 24,
  ssl2: 256,
} as const;

/** Types of handshake messages (IANA "TLS HandshakeType") that are read. */
export const HandshakeType = {
  helloRequest: 0,
  clientHello: 1,
  serverHello: 2,
  /** DTLS: the server asks the client to prove its address (RFC 6347 §4.2.1). */
  helloVerifyRequest: 3,
  newSessionTicket: 4,
  endOfEarlyData: 5,
  /** Drafts of TLS 1.3 up to the 21st; later it became a kind of ServerHello. */
  helloRetryRequest: 6,
  encryptedExtensions: 8,
  certificate: 11,
  serverKeyExchange: 12,
  certificateRequest: 13,
  serverHelloDone: 14,
  certificateVerify: 15,
  finished: 20,
  keyUpdate: 24,
  compressedCertificate: 25,
} as const;

/** `level` of an alert. */
export const FATAL = 2;
/** Alerts that end nothing (RFC 8446 §6.1). */
export const CLOSE_NOTIFY = 0;
export const USER_CANCELED = 90;

export const RECORD_HEADER_BYTES = 5;
/** Longest record with its expansion: 2^14 + 2048 up to TLS 1.2 (RFC 5246 §6.2.3), less in TLS 1.3. */
export const MAX_RECORD_BYTES = 16_384 + 2_048;

/** The version that a TLS 1.3 connection writes into records and hellos. */
export const TLS12 = 0x0303;
/** SSL 2.0 counts its version in the high byte's place. */
export const SSL2 = 0x0002;

/** Length of a record's body by its header; undefined where no record of TLS begins so. */
export function recordLengthOf(bytes: Uint8Array): number | undefined {
  const type = bytes[0] ?? 0;
  const length = ((bytes[3] ?? 0) << 8) | (bytes[4] ?? 0);
  const isKnown = type >= Content.changeCipherSpec && type <= Content.heartbeat;
  return isKnown && bytes[1] === 3 && length <= MAX_RECORD_BYTES ? length : undefined;
}

/** True where a record surely begins here: what a reader that lost its way looks for. */
export function isRecordStart(bytes: Uint8Array): boolean {
  const length = recordLengthOf(bytes);
  if (length === undefined || length === 0 || (bytes[2] ?? 0) > 3) return false;
  if (bytes[0] === Content.changeCipherSpec) return length === 1;
  return bytes[0] !== Content.heartbeat;
}

/** Length of an SSL 2.0 record with its header of two bytes, where a hello stands in it (SSL 2.0 specification §2.1, RFC 5246 appendix E.2). */
export function ssl2LengthOf(bytes: Uint8Array): number | undefined {
  const type = bytes[2];
  if (((bytes[0] ?? 0) & 0x80) === 0 || (type !== 1 && type !== 4)) return undefined;
  const length = (((bytes[0] ?? 0) & 0x7f) << 8) | (bytes[1] ?? 0);
  return length >= SSL2_HELLO_BYTES && length <= MAX_RECORD_BYTES ? length + 2 : undefined;
}

/** The fixed part of SSL 2.0's hellos. */
const SSL2_HELLO_BYTES = 9;

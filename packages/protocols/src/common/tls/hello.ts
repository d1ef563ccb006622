import { ByteReader, uint16s } from "./byte-reader.ts";
import { isGrease } from "./cipher-suites.ts";
import { Extension, forEachExtension, readAlpn, readKeyShares, readServerName, readUint16List } from "./extensions.ts";

/** RFC 8446 §4.1.3: the random of a ServerHello that asks to try again begins so (SHA-256 of "HelloRetryRequest"). */
const RETRY_RANDOM = [0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11];
const RANDOM_BYTES = 32;

/** What a ClientHello offers (RFC 8446 §4.1.2, RFC 6347 §4.2.1). Numbers are as they stood on the wire, GREASE included. */
export interface ClientHello {
  /** The version field; what is really offered stands in `versions`. */
  readonly legacyVersion: number;
  readonly random: Uint8Array;
  readonly sessionId: Uint8Array;
  readonly ciphers: readonly number[];
  /** Types of the extensions, in order. */
  readonly extensions: readonly number[];
  readonly serverName: string | undefined;
  readonly alpn: readonly string[];
  /** `supported_versions`; empty where the client does not send it. */
  readonly versions: readonly number[];
  readonly groups: readonly number[];
  readonly pointFormats: readonly number[];
  readonly signatureSchemes: readonly number[];
  /** Groups for which it sends a key at once. */
  readonly keyShares: readonly number[];
  /** A session ticket (RFC 5077) with something in it. */
  readonly hasTicket: boolean;
}

/** What a ServerHello chooses (RFC 8446 §4.1.3). */
export interface ServerHello {
  readonly legacyVersion: number;
  /** The version that was chosen. */
  readonly version: number;
  readonly random: Uint8Array;
  readonly sessionId: Uint8Array;
  readonly cipher: number;
  readonly extensions: readonly number[];
  readonly alpn: string | undefined;
  readonly group: number | undefined;
  /** It is a HelloRetryRequest. */
  readonly isRetry: boolean;
}

/** Parses the body of a ClientHello; undefined where it does not fit. What is kept is copied. */
export function parseClientHello(bytes: Uint8Array, layer: "tls" | "dtls" = "tls"): ClientHello | undefined {
  const reader = new ByteReader(bytes);
  const legacyVersion = reader.uint16();
  const random = reader.take(RANDOM_BYTES).slice();
  const sessionId = reader.vector(1).slice();
  // DTLS: the cookie that the server sent.
  if (layer === "dtls") reader.vector(1);
  const ciphers = uint16s(reader.vector(2));
  reader.vector(1);
  if (reader.failed) return undefined;
  const extensions: number[] = [];
  let serverName: string | undefined;
  let alpn: readonly string[] = [];
  let versions: readonly number[] = [];
  let groups: readonly number[] = [];
  let pointFormats: readonly number[] = [];
  let signatureSchemes: readonly number[] = [];
  let keyShares: readonly number[] = [];
  let hasTicket = false;
  forEachExtension(reader.vector(2), (type, body) => {
    extensions.push(type);
    if (type === Extension.serverName) serverName ??= readServerName(body);
    else if (type === Extension.alpn) alpn = readAlpn(body);
    else if (type === Extension.supportedVersions) versions = uint16s(body.subarray(1));
    else if (type === Extension.supportedGroups) groups = readUint16List(body);
    else if (type === Extension.pointFormats) pointFormats = [...body.subarray(1)];
    else if (type === Extension.signatureAlgorithms) signatureSchemes = readUint16List(body);
    else if (type === Extension.keyShare) keyShares = readKeyShares(body);
    else if (type === Extension.sessionTicket) hasTicket = body.length > 0;
  });
  return {
    legacyVersion,
    random,
    sessionId,
    ciphers,
    extensions,
    serverName,
    alpn,
    versions,
    groups,
    pointFormats,
    signatureSchemes,
    keyShares,
    hasTicket,
  };
}

/** Parses the body of a ServerHello; undefined where it does not fit. What is kept is copied. */
export function parseServerHello(bytes: Uint8Array): ServerHello | undefined {
  const reader = new ByteReader(bytes);
  const legacyVersion = reader.uint16();
  // Drafts of TLS 1.3 up to the 21st wrote their number here and left out session id and compression.
  const isShort = legacyVersion >>> 8 === 0x7f;
  const random = reader.take(RANDOM_BYTES).slice();
  const sessionId = isShort ? new Uint8Array(0) : reader.vector(1).slice();
  const cipher = reader.uint16();
  if (!isShort) reader.uint8();
  if (reader.failed) return undefined;
  const extensions: number[] = [];
  let version = legacyVersion;
  let alpn: string | undefined;
  let group: number | undefined;
  forEachExtension(reader.vector(2), (type, body) => {
    extensions.push(type);
    if (type === Extension.supportedVersions) version = uint16s(body)[0] ?? version;
    else if (type === Extension.alpn) alpn = readAlpn(body)[0];
    else if (type === Extension.keyShare) group = uint16s(body)[0];
  });
  const isRetry = RETRY_RANDOM.every((byte, index) => random[index] === byte);
  return { legacyVersion, version, random, sessionId, cipher, extensions, alpn, group, isRetry };
}

/** The application protocol in the body of EncryptedExtensions (RFC 8446 §4.3.1). */
export function parseEncryptedAlpn(bytes: Uint8Array): string | undefined {
  let alpn: string | undefined;
  forEachExtension(new ByteReader(bytes).vector(2), (type, body) => {
    if (type === Extension.alpn) alpn = readAlpn(body)[0];
  });
  return alpn;
}

/** Versions that a client offers, as far as they mean anything: `supported_versions`, else everything up to the version field is understood. */
export function offeredVersions({ legacyVersion, versions }: ClientHello): readonly number[] {
  const known = versions.filter((version) => !isGrease(version));
  return known.length > 0 ? known : [legacyVersion];
}

/** The newest version that a client offers; those of DTLS count down. */
export function newestVersion(hello: ClientHello, layer: "tls" | "dtls"): number {
  const versions = offeredVersions(hello);
  if (layer === "tls") return Math.max(...versions);
  const known = versions.filter((version) => version >>> 8 === 0xfe);
  return known.length === 0 ? hello.legacyVersion : Math.min(...known);
}

/** TLS 1.3 and its drafts, DTLS 1.3. */
export function isTls13(version: number): boolean {
  return version === 0x0304 || version === 0xfefc || version >>> 8 === 0x7f || version >>> 8 === 0xfb;
}

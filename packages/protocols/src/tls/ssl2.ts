import { ByteReader } from "../common/tls/byte-reader.ts";
import type { ClientHello, ServerHello } from "../common/tls/hello.ts";
import { type Certificate, parseCertificate } from "./certificate.ts";
import { SSL2 } from "./wire.ts";

const CLIENT_HELLO = 1;
const SERVER_HELLO = 4;
const CIPHER_BYTES = 3;
const RANDOM_BYTES = 32;

/** What a hello in SSL 2.0's form says: of a client that may go on with TLS (RFC 5246 appendix E.2), or of a server that speaks SSL 2.0. */
export type Ssl2Hello =
  | { readonly kind: "client"; readonly hello: ClientHello }
  | { readonly kind: "server"; readonly hello: ServerHello; readonly certificate: Certificate | undefined };

/** Parses a hello in SSL 2.0's form, its header taken off; undefined where it does not fit. */
export function parseSsl2Hello(body: Uint8Array): Ssl2Hello | undefined {
  const reader = new ByteReader(body);
  const type = reader.uint8();
  if (type === CLIENT_HELLO) return clientHello(reader);
  return type === SERVER_HELLO ? serverHello(reader) : undefined;
}

function clientHello(reader: ByteReader): Ssl2Hello | undefined {
  const legacyVersion = reader.uint16();
  const lengths = [reader.uint16(), reader.uint16(), reader.uint16()] as const;
  const ciphers = ciphersOf(reader.take(lengths[0]));
  const sessionId = reader.take(lengths[1]).slice();
  const challenge = reader.take(lengths[2]);
  const isKnownVersion = legacyVersion === SSL2 || legacyVersion >>> 8 === 3;
  if (reader.failed || reader.left > 0 || !isKnownVersion || challenge.length > RANDOM_BYTES) return undefined;
  // As TLS wants it: the challenge stands at the end of a random that begins with zeros.
  const random = new Uint8Array(RANDOM_BYTES);
  random.set(challenge, RANDOM_BYTES - challenge.length);
  const none = { extensions: [], alpn: [], versions: [], groups: [], pointFormats: [], signatureSchemes: [] };
  const hello = { legacyVersion, random, sessionId, ciphers, ...none, keyShares: [], hasTicket: false };
  return { kind: "client", hello: { ...hello, serverName: undefined } };
}

function serverHello(reader: ByteReader): Ssl2Hello | undefined {
  reader.uint16();
  const version = reader.uint16();
  const lengths = [reader.uint16(), reader.uint16(), reader.uint16()] as const;
  const certificate = parseCertificate(reader.take(lengths[0]));
  const [cipher = 0] = ciphersOf(reader.take(lengths[1]));
  reader.take(lengths[2]);
  if (reader.failed || version !== SSL2) return undefined;
  const hello = { legacyVersion: version, version, random: new Uint8Array(0), sessionId: new Uint8Array(0), cipher };
  return {
    kind: "server",
    hello: { ...hello, extensions: [], alpn: undefined, group: undefined, isRetry: false },
    certificate,
  };
}

/** Three bytes each; those of TLS begin with a zero. */
function ciphersOf(bytes: Uint8Array): number[] {
  const ciphers: number[] = [];
  for (let at = 0; at + CIPHER_BYTES <= bytes.length; at += CIPHER_BYTES)
    ciphers.push(((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0));
  return ciphers;
}

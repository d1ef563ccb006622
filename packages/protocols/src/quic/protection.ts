import { ecb } from "@noble/ciphers/aes.js";
import { chacha20 } from "@noble/ciphers/chacha.js";
import { extract } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { openAead } from "../common/tls/aead.ts";
import { expandLabel, NONCE_BYTES, nextSecret, trafficKeys, writeNonce } from "../common/tls/key-schedule.ts";
import type { SuiteParameters } from "../common/tls/suite-parameters.ts";
import type { QuicVersion } from "./versions.ts";
import { LONG } from "./wire.ts";

/** Initial packets are protected with AEAD_AES_128_GCM whatever the handshake chooses (RFC 9001 §5.2). */
const INITIAL_SUITE: SuiteParameters = {
  cipher: "aesGcm",
  keyBytes: 16,
  tagBytes: 16,
  hash: "sha256",
  macHash: undefined,
};
/** RFC 9001 §5.4.2: the sample is taken as if the packet number had four bytes. */
const MAX_NUMBER_BYTES = 4;
const SAMPLE_BYTES = 16;
const ZEROS = new Uint8Array(5);

/** What one direction's packets of one encryption level are opened with. */
export interface PacketKeys {
  readonly suite: SuiteParameters;
  readonly secret: Uint8Array;
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
  /** Key of the header protection; it stays through key updates (RFC 9001 §6). */
  readonly headerKey: Uint8Array;
}

/** An opened packet. */
export interface OpenedPacket {
  readonly number: number;
  readonly payload: Uint8Array;
}

/** What stands under the header protection. */
export interface ClearHeader {
  /** First byte as it was before protection. */
  readonly first: number;
  readonly number: number;
  readonly payloadAt: number;
}

/** Keys of a traffic secret (RFC 9001 §5.1). */
export function packetKeys(version: QuicVersion, suite: SuiteParameters, secret: Uint8Array): PacketKeys {
  const { key, iv } = trafficKeys(suite, secret, version.prefix);
  return { suite, secret, key, iv, headerKey: expandLabel(suite.hash, secret, `${version.prefix}hp`, suite.keyBytes) };
}

/** Keys of both sides' Initial packets, out of the connection id that the client chose for the server (RFC 9001 §5.2). */
export function initialKeys(
  version: QuicVersion,
  destinationId: Uint8Array,
): { readonly client: PacketKeys; readonly server: PacketKeys } {
  const secret = extract(sha256, destinationId, version.salt);
  const keysOf = (label: "client in" | "server in") =>
    packetKeys(version, INITIAL_SUITE, expandLabel("sha256", secret, label, sha256.outputLen));
  return { client: keysOf("client in"), server: keysOf("server in") };
}

/** Keys after a key update (RFC 9001 §6.1). */
export function updatedKeys(version: QuicVersion, keys: PacketKeys): PacketKeys {
  const secret = nextSecret(keys.suite, keys.secret, `${version.prefix}ku`);
  return { ...keys, secret, ...trafficKeys(keys.suite, secret, version.prefix) };
}

/** Takes the header protection off (RFC 9001 §5.4); undefined where the packet is too short. `largest`: highest number so far, -1 for none. */
export function clearHeader(
  bytes: Uint8Array,
  numberAt: number,
  keys: PacketKeys,
  largest: number,
): ClearHeader | undefined {
  const sampleAt = numberAt + MAX_NUMBER_BYTES;
  if (sampleAt + SAMPLE_BYTES > bytes.length) return undefined;
  const mask = headerMask(keys, bytes.subarray(sampleAt, sampleAt + SAMPLE_BYTES));
  const protectedFirst = bytes[0] ?? 0;
  const first = protectedFirst ^ ((mask[0] ?? 0) & ((protectedFirst & LONG) === 0 ? 0x1f : 0x0f));
  const numberBytes = (first & 3) + 1;
  let truncated = 0;
  for (let index = 0; index < numberBytes; index += 1)
    truncated = truncated * 256 + ((bytes[numberAt + index] ?? 0) ^ (mask[1 + index] ?? 0));
  return { first, number: wholeNumber(largest, truncated, numberBytes), payloadAt: numberAt + numberBytes };
}

/** Opens a packet whose header is clear; undefined where the keys are not its keys. */
export function openPayload(
  bytes: Uint8Array,
  numberAt: number,
  { first, number, payloadAt }: ClearHeader,
  keys: PacketKeys,
): Uint8Array | undefined {
  const header = bytes.slice(0, payloadAt);
  header[0] = first;
  let left = number;
  for (let at = payloadAt - 1; at >= numberAt; at -= 1) {
    header[at] = left % 256;
    left = Math.floor(left / 256);
  }
  const nonce = new Uint8Array(NONCE_BYTES);
  writeNonce(nonce, keys.iv, number);
  return openAead(keys.suite, keys.key, nonce, header, bytes.subarray(payloadAt));
}

/** Opens a packet with a long header; undefined where the keys are not its keys. */
export function openPacket(
  bytes: Uint8Array,
  numberAt: number,
  keys: PacketKeys,
  largest: number,
): OpenedPacket | undefined {
  const clear = clearHeader(bytes, numberAt, keys, largest);
  const payload = clear === undefined ? undefined : openPayload(bytes, numberAt, clear, keys);
  return clear === undefined || payload === undefined ? undefined : { number: clear.number, payload };
}

/** RFC 9001 §5.4.3 and §5.4.4. */
function headerMask({ suite, headerKey }: PacketKeys, sample: Uint8Array): Uint8Array {
  if (suite.cipher !== "chacha20Poly1305") return ecb(headerKey, { disablePadding: true }).encrypt(sample);
  const counter = new DataView(sample.buffer, sample.byteOffset).getUint32(0, true);
  return chacha20(headerKey, sample.subarray(4), ZEROS, undefined, counter);
}

/** The packet number whose last bytes were sent: the one that is closest to what is expected next (RFC 9000 appendix A.3). */
function wholeNumber(largest: number, truncated: number, numberBytes: number): number {
  const expected = largest + 1;
  const window = 2 ** (8 * numberBytes);
  const candidate = expected - (expected % window) + truncated;
  if (candidate <= expected - window / 2 && candidate + window < 2 ** 53) return candidate + window;
  return candidate > expected + window / 2 && candidate >= window ? candidate - window : candidate;
}

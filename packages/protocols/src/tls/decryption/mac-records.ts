import { cbc } from "@noble/ciphers/aes.js";
import { hmac } from "@noble/hashes/hmac.js";
import { md5, sha1 } from "@noble/hashes/legacy.js";
import { sha256, sha384 } from "@noble/hashes/sha2.js";
import type { SuiteParameters } from "../../common/tls/suite-parameters.ts";
import { RECORD_HEADER_BYTES } from "../wire.ts";
import { writeMacHeader } from "./aead-records.ts";
import { rc4 } from "./rc4.ts";
import type { RecordProtection, SealedRecord } from "./record-opener.ts";

const HASHES = { md5, sha1, sha256, sha384 } as const;
const BLOCK_BYTES = 16;
const TLS11 = 0x0302;
const NUMBER_BYTES = 8;

/** What ciphers without a tag are opened with. */
export interface MacKeys {
  readonly macKey: Uint8Array;
  readonly key: Uint8Array;
  /** First block of CBC in TLS 1.0; later versions send one with each record. */
  readonly iv: Uint8Array;
}

/** AES in CBC mode (RFC 5246 §6.2.3.2): the MAC stands before the padding, or behind it all where that was negotiated (RFC 7366). */
export function cbcProtection(
  suite: SuiteParameters,
  keys: MacKeys,
  { version, isMacLast }: { readonly version: number; readonly isMacLast: boolean },
): RecordProtection {
  const check = macCheck(suite, keys.macKey);
  const macBytes = macBytesOf(suite);
  let lastBlock = keys.iv;
  return (record) => {
    const { body } = record;
    const sealed = isMacLast ? body.subarray(0, Math.max(0, body.length - macBytes)) : body;
    const hasIv = version >= TLS11;
    const iv = hasIv ? sealed.subarray(0, BLOCK_BYTES) : lastBlock;
    const blocks = hasIv ? sealed.subarray(BLOCK_BYTES) : sealed;
    const isWhole = blocks.length > 0 && blocks.length % BLOCK_BYTES === 0 && iv.length === BLOCK_BYTES;
    if (!isWhole) return () => undefined;
    lastBlock = blocks.slice(-BLOCK_BYTES);
    const plain = cbc(keys.key, iv, { disablePadding: true }).decrypt(blocks);
    const paddingBytes = (plain.at(-1) ?? 0) + 1;
    if (isMacLast) {
      const text = plain.subarray(0, Math.max(0, plain.length - paddingBytes));
      return (number) => check(number, record, sealed, body.subarray(sealed.length)) && { type: record.type, text };
    }
    const end = plain.length - paddingBytes - macBytes;
    if (end < 0) return () => undefined;
    const text = plain.subarray(0, end);
    return (number) => check(number, record, text, plain.subarray(end, end + macBytes)) && { type: record.type, text };
  };
}

/** RC4 (RFC 5246 §6.2.3.1): the key stream goes on from record to record. */
export function rc4Protection(suite: SuiteParameters, keys: MacKeys): RecordProtection {
  const check = macCheck(suite, keys.macKey);
  const macBytes = macBytesOf(suite);
  const decrypt = rc4(keys.key);
  return (record) => {
    const plain = decrypt(record.body);
    const end = plain.length - macBytes;
    if (end < 0) return () => undefined;
    const text = plain.subarray(0, end);
    return (number) => check(number, record, text, plain.subarray(end)) && { type: record.type, text };
  };
}

/** Bytes of a cipher suite's MAC. */
export function macBytesOf({ macHash }: SuiteParameters): number {
  return macHash === undefined ? 0 : HASHES[macHash].outputLen;
}

/** True, or undefined where a MAC does not fit the bytes that it was made of. */
function macCheck({ macHash }: SuiteParameters, macKey: Uint8Array) {
  const hash = HASHES[macHash ?? "sha1"];
  const header = new Uint8Array(NUMBER_BYTES + RECORD_HEADER_BYTES);
  return (number: number, record: SealedRecord, bytes: Uint8Array, mac: Uint8Array): true | undefined => {
    writeMacHeader(header, number, record, bytes.length);
    const right = hmac.create(hash, macKey).update(header).update(bytes).digest();
    return mac.length === right.length && right.every((byte, at) => byte === mac[at]) ? true : undefined;
  };
}

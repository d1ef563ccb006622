import { createAead } from "../../common/tls/aead.ts";
import { NONCE_BYTES, type TrafficKeys, writeNonce } from "../../common/tls/key-schedule.ts";
import type { SuiteParameters } from "../../common/tls/suite-parameters.ts";
import { Content, RECORD_HEADER_BYTES, TLS12 } from "../wire.ts";
import { type RecordProtection, type SealedRecord, writeNumber } from "./record-opener.ts";

/** Bytes of a nonce that stand before the record in GCM and CCM up to TLS 1.2 (RFC 5288 §3). */
const EXPLICIT_NONCE_BYTES = 8;
const NUMBER_BYTES = 8;

/** TLS 1.3 (RFC 8446 §5.2): the header is the additional data; the content type stands behind the text, zeros behind that. */
export function aeadProtection13(suite: SuiteParameters, { key, iv }: TrafficKeys): RecordProtection {
  const aead = createAead(suite, key);
  const nonce = new Uint8Array(NONCE_BYTES);
  const header = new Uint8Array(RECORD_HEADER_BYTES);
  return ({ body }) =>
    (number) => {
      header.set([Content.applicationData, TLS12 >>> 8, TLS12 & 0xff, body.length >>> 8, body.length & 0xff]);
      writeNonce(nonce, iv, number);
      const opened = aead(nonce, header, body);
      if (opened === undefined) return undefined;
      let end = opened.length;
      while (end > 0 && opened[end - 1] === 0) end -= 1;
      return { type: opened[end - 1] ?? 0, text: opened.subarray(0, Math.max(0, end - 1)) };
    };
}

/** TLS 1.2 (RFC 5246 §6.2.3.3): number and header are the additional data; part of the nonce is sent, except by ChaCha20 (RFC 7905 §2). */
export function aeadProtection12(suite: SuiteParameters, { key, iv }: TrafficKeys): RecordProtection {
  const aead = createAead(suite, key);
  const nonce = new Uint8Array(NONCE_BYTES);
  const header = new Uint8Array(NUMBER_BYTES + RECORD_HEADER_BYTES);
  const sent = suite.cipher === "chacha20Poly1305" ? 0 : EXPLICIT_NONCE_BYTES;
  return ({ type, version, body }) =>
    (number) => {
      const length = body.length - sent - suite.tagBytes;
      if (length < 0) return undefined;
      writeMacHeader(header, number, { type, version }, length);
      if (sent === 0) writeNonce(nonce, iv, number);
      else {
        nonce.set(iv);
        nonce.set(body.subarray(0, sent), iv.length);
      }
      const text = aead(nonce, header, body.subarray(sent));
      return text === undefined ? undefined : { type, text };
    };
}

/** Number, type, version and length: what protects a record beside its text. */
export function writeMacHeader(
  into: Uint8Array,
  number: number,
  { type, version }: Pick<SealedRecord, "type" | "version">,
  length: number,
): void {
  writeNumber(into, number);
  into.set([type, version >>> 8, version & 0xff, length >>> 8, length & 0xff], NUMBER_BYTES);
}

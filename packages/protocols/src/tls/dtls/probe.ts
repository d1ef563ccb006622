import type { ProbeVerdict } from "../../contract.ts";
import { Content, HandshakeType } from "../wire.ts";
import { DTLS_HEADER_BYTES, DTLS_MESSAGE_HEADER_BYTES, dtlsRecordAt, isUnifiedHeader } from "./wire.ts";

const HELLOS: ReadonlySet<number> = new Set([
  HandshakeType.clientHello,
  HandshakeType.serverHello,
  HandshakeType.helloVerifyRequest,
]);
/** The shortest sealed record: a nonce or a tag, and one byte. */
const MIN_SEALED_BYTES = 17;

/** Whether a datagram is DTLS: records that fill it, of which the first is a hello or sealed. */
export function probeDtls(bytes: Uint8Array): ProbeVerdict {
  const first = dtlsRecordAt(bytes, 0);
  if (first === undefined) return "noMatch";
  const { type, epoch, body } = first;
  const isHello =
    type === Content.handshake && epoch === 0 && body.length > DTLS_MESSAGE_HEADER_BYTES && HELLOS.has(body[0] ?? 0);
  const isSealed = type === Content.applicationData && epoch > 0 && body.length >= MIN_SEALED_BYTES;
  if (!isHello && !isSealed) return "noMatch";
  let at = DTLS_HEADER_BYTES + body.length;
  while (at < bytes.length) {
    const next = dtlsRecordAt(bytes, at);
    if (next === undefined) return isUnifiedHeader(bytes[at]) ? "match" : "noMatch";
    at += DTLS_HEADER_BYTES + next.body.length;
  }
  return "match";
}

/** Whether a datagram that `probeDtls` matched comes from the client; undefined where it does not tell. */
export function asksDtls(bytes: Uint8Array): boolean | undefined {
  const first = dtlsRecordAt(bytes, 0);
  return first?.type === Content.handshake ? first.body[0] === HandshakeType.clientHello : undefined;
}

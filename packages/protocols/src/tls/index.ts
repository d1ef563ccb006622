import type { Dissector, ProbeVerdict } from "../contract.ts";
import { ALERT_BYTES } from "./alert.ts";
import { asksDtls, probeDtls } from "./dtls/probe.ts";
import { DtlsSession } from "./dtls/session.ts";
import { tlsRecord } from "./record.ts";
import { TlsSession } from "./session.ts";
import type { SettledTls } from "./settled.ts";
import { Content, isRecordStart, RECORD_HEADER_BYTES, recordLengthOf, SSL2, ssl2LengthOf } from "./wire.ts";

const CLIENT_HELLO = 1;
const SERVER_HELLO = 2;
const CERTIFICATE = 11;
/** The shortest sealed record: an AEAD's tag and one byte. */
const MIN_SEALED_BYTES = 17;
/** RFC 8446 §5.1: what TLS 1.0 to 1.3 write as the version of sealed records. */
const VERSIONS = [1, 2, 3];

/** TLS over TCP, SSL 2.0 to TLS 1.3, and DTLS over UDP. */
export const tls: Dissector<(typeof tlsRecord)["id"]> = {
  id: tlsRecord.id,
  transports: ["tcp", "udp"],
  ports: [443, 8443, 993, 995, 465, 636],
  specs: ["RFC 8446", "RFC 5246", "RFC 6066", "RFC 7301", "RFC 5280", "RFC 8701", "RFC 6347", "RFC 9147"],
  limits: { pendingCalls: 1, bufferedBytes: 1 << 17, bodyBytes: 0 },
  probe(_direction, bytes, transport) {
    if (transport === "udp") return probeDtls(bytes);
    const [type = 0, major = 3, minor = 0] = bytes;
    if (bytes.length === 0) return "needMore";
    if ((type & 0x80) !== 0) return probeSsl2(bytes);
    if (type < Content.alert || type > Content.applicationData || major !== 3 || minor > 4) return "noMatch";
    if (bytes.length <= RECORD_HEADER_BYTES) return "needMore";
    const length = recordLengthOf(bytes);
    if (length === undefined || length === 0) return "noMatch";
    if (type === Content.alert) return length === ALERT_BYTES ? "match" : "noMatch";
    if (type === Content.applicationData) return probeSealed(bytes, length);
    const message = bytes[RECORD_HEADER_BYTES];
    if (message === CLIENT_HELLO || message === SERVER_HELLO) return "match";
    return message === CERTIFICATE ? probeCertificate(bytes, length) : "noMatch";
  },
  asks(bytes, { transport }) {
    if (transport === "udp") return asksDtls(bytes);
    if (((bytes[0] ?? 0) & 0x80) !== 0) return bytes[2] === CLIENT_HELLO;
    if (bytes[0] !== Content.handshake) return undefined;
    return bytes[RECORD_HEADER_BYTES] === CLIENT_HELLO;
  },
  open: (context, rest) =>
    context.transport === "udp" ? new DtlsSession(context) : new TlsSession(context, rest as SettledTls | undefined),
};

/** A capture that begins behind the server's hello: a Certificate that fills its record, and a list that fills it (RFC 5246 §7.4.2). */
function probeCertificate(bytes: Uint8Array, length: number): ProbeVerdict {
  if (bytes.length < RECORD_HEADER_BYTES + 7) return "needMore";
  const uint24 = (at: number) => ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
  const inMessage = uint24(RECORD_HEADER_BYTES + 1);
  return inMessage + 4 <= length && uint24(RECORD_HEADER_BYTES + 4) + 3 === inMessage ? "match" : "noMatch";
}

/** The middle of a connection: application data, behind which the next record must stand where that can be seen. */
function probeSealed(bytes: Uint8Array, length: number): ProbeVerdict {
  if (!VERSIONS.includes(bytes[2] ?? 0) || length < MIN_SEALED_BYTES) return "noMatch";
  const next = bytes.subarray(RECORD_HEADER_BYTES + length);
  return next.length < RECORD_HEADER_BYTES || isRecordStart(next) ? "match" : "noMatch";
}

/** A ClientHello in SSL 2.0's form: its parts are as long as they say (RFC 5246 appendix E.2). */
function probeSsl2(bytes: Uint8Array): ProbeVerdict {
  const [, , type = CLIENT_HELLO, major = 3, minor = 0] = bytes;
  const version = (major << 8) | minor;
  if (type !== CLIENT_HELLO || (version !== SSL2 && (major !== 3 || minor > 3))) return "noMatch";
  if (bytes.length < 11) return "needMore";
  const parts = [5, 7, 9].map((at) => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0));
  const [ciphers = 0, sessionId = 0, challenge = 0] = parts;
  const isLikely = ciphers > 0 && ciphers % 3 === 0 && (sessionId === 0 || sessionId === 16) && challenge >= 16;
  const total = 11 + ciphers + sessionId + challenge;
  return isLikely && challenge <= 32 && ssl2LengthOf(bytes) === total ? "match" : "noMatch";
}

import type { Dissector } from "../contract.ts";
import { tlsRecord } from "./record.ts";
import { MAX_RECORD_BYTES, RECORD_HEADER_BYTES, TlsSession } from "./session.ts";

const HANDSHAKE = 22;
const ALERT = 21;
const CLIENT_HELLO = 1;
const SERVER_HELLO = 2;

/** TLS over TCP, SSL 3.0 to TLS 1.3. */
export const tls: Dissector<(typeof tlsRecord)["id"]> = {
  id: tlsRecord.id,
  transports: ["tcp"],
  ports: [443, 8443, 993, 995, 465, 636],
  specs: ["RFC 8446", "RFC 5246", "RFC 6066", "RFC 5280"],
  limits: { pendingCalls: 1, bufferedBytes: 1 << 17, bodyBytes: 0 },
  probe(_direction, bytes) {
    const [type, major, minor] = bytes;
    if (type === undefined) return "needMore";
    if (type !== HANDSHAKE && type !== ALERT) return "noMatch";
    if ((major ?? 3) !== 3 || (minor ?? 0) > 4) return "noMatch";
    if (bytes.length < RECORD_HEADER_BYTES + 1) return "needMore";
    const length = ((bytes[3] ?? 0) << 8) | (bytes[4] ?? 0);
    if (length === 0 || length > MAX_RECORD_BYTES) return "noMatch";
    if (type === ALERT) return length === 2 ? "match" : "noMatch";
    const message = bytes[RECORD_HEADER_BYTES];
    return message === CLIENT_HELLO || message === SERVER_HELLO ? "match" : "noMatch";
  },
  asks(bytes) {
    if (bytes[0] !== HANDSHAKE) return undefined;
    return bytes[RECORD_HEADER_BYTES] === CLIENT_HELLO;
  },
  open: (context) => new TlsSession(context),
};

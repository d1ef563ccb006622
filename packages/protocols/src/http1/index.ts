import { decodeLatin1 } from "@weir/base";
import type { Dissector } from "../contract.ts";
import { parseHead } from "./head.ts";
import { http1Record } from "./record.ts";
import { Http1Session, MAX_PENDING } from "./session.ts";

const BODY_BYTES = 4096;
const BUFFERED_BYTES = 64 << 10;
/** Enough of a start line to be sure: a method, a space, something, a space, `HTTP/`. */
const REQUEST_START = /^[\r\n]{0,4}[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64} \S(?:[^\r\n]*\S)? HTTP\/[01]\.\d\r?\n/;
const RESPONSE_START = /^HTTP\/[01]\.\d \d{3}[ \r\n]/;
const PROBE_BYTES = 8192;

/** HTTP/1.0 and HTTP/1.1. */
export const http1: Dissector<(typeof http1Record)["id"]> = {
  id: http1Record.id,
  transports: ["tcp"],
  ports: [80, 8080, 8000, 3000, 8081],
  specs: ["RFC 9110", "RFC 9112"],
  limits: { pendingCalls: MAX_PENDING, bufferedBytes: BUFFERED_BYTES, bodyBytes: BODY_BYTES },
  probe(_direction, bytes) {
    const start = decodeLatin1(bytes, 0, Math.min(bytes.length, PROBE_BYTES));
    if (REQUEST_START.test(start) || RESPONSE_START.test(start)) return "match";
    return bytes.length < PROBE_BYTES && parseHead(bytes) === "needMore" ? "needMore" : "noMatch";
  },
  open: (context) => new Http1Session(context, BODY_BYTES),
};

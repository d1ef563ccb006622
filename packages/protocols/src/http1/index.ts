import { decodeLatin1 } from "@weir/base";
import type { Dissector } from "../contract.ts";
import { parseCutRequestLine, parseHead } from "./head.ts";
import { http1Record } from "./record.ts";
import { Http1Session, MAX_PENDING } from "./session.ts";

const BODY_BYTES = 4096;
const BUFFERED_BYTES = 64 << 10;
/** Enough of a start line to be sure: a method, a space, something, a space, `HTTP/`. */
const REQUEST_START =
  /^[\r\n]{0,4}(?:[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64} {1,4}\S(?:[^\r\n]*\S)? {1,4}|GET )HTTP\/[01]\.\d\r?\n/;
/** HTTP/0.9: one line that asks, and nothing but an empty line behind it. */
const SIMPLE_REQUEST = /^GET {1,4}\/[!-~]* {0,4}\r?\n(?:\r?\n)?$/;
const RESPONSE_START = /^HTTP\/[01]\.\d \d{3}[ \r\n]/;
const PROBE_BYTES = 8192;
const MAX_SIMPLE_BYTES = 1024;

/** HTTP/1.0 and HTTP/1.1. */
export const http1: Dissector<(typeof http1Record)["id"]> = {
  id: http1Record.id,
  transports: ["tcp"],
  ports: [80, 8080, 8000, 3000, 8081],
  specs: ["RFC 9110", "RFC 9112"],
  limits: { pendingCalls: MAX_PENDING, bufferedBytes: BUFFERED_BYTES, bodyBytes: BODY_BYTES },
  probe(_direction, bytes) {
    if (!isVisibleOrLineEnd(bytes[0] ?? 0)) return "noMatch";
    const start = decodeLatin1(bytes, 0, startLineEnd(bytes));
    if (REQUEST_START.test(start) || RESPONSE_START.test(start)) return "match";
    if (bytes.length < MAX_SIMPLE_BYTES && SIMPLE_REQUEST.test(decodeLatin1(bytes))) return "match";
    return bytes.length < PROBE_BYTES && parseHead(bytes) === "needMore" ? "needMore" : "noMatch";
  },
  probeCut: (bytes) => parseCutRequestLine(bytes) !== undefined,
  asks: (bytes) => !RESPONSE_START.test(decodeLatin1(bytes, 0, startLineEnd(bytes))),
  open: (context, rest) => new Http1Session(context, BODY_BYTES, rest),
};

/** Most of what is not HTTP shows it in its first byte: no text is made of it. */
function isVisibleOrLineEnd(byte: number): boolean {
  return (byte > 32 && byte < 127) || byte === 13 || byte === 10;
}

/** Where the first line with text ends; empty lines may stand before it. */
function startLineEnd(bytes: Uint8Array): number {
  let from = 0;
  while (from < 4 && (bytes[from] === 13 || bytes[from] === 10)) from += 1;
  const end = bytes.indexOf(10, from);
  return Math.min(end < 0 ? bytes.length : end + 1, PROBE_BYTES);
}

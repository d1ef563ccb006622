import { type Head, SIMPLE_VERSION } from "./head.ts";

/** An answer of HTTP/0.9 has no head (RFC 1945 §6, Simple-Response). */
export const SIMPLE_RESPONSE: Head = {
  kind: "response",
  method: undefined,
  target: undefined,
  statusCode: undefined,
  version: SIMPLE_VERSION,
  violations: [],
  headers: [],
  bytes: 0,
};

const STATUS_LINE_START = "HTTP/";

/** True where bytes begin as a status line does, as far as they go. */
export function beginsLikeStatusLine(bytes: Uint8Array): boolean {
  const count = Math.min(bytes.length, STATUS_LINE_START.length);
  for (let at = 0; at < count; at += 1) if (bytes[at] !== STATUS_LINE_START.charCodeAt(at)) return false;
  return true;
}

import { decodeLatin1 } from "@weir/base";
import { type Head, SIMPLE_VERSION } from "./head.ts";

/** An answer of HTTP/0.9 has no head (RFC 1945 §6, Simple-Response). */
export const SIMPLE_RESPONSE: Head = {
  kind: "response",
  statusCode: undefined,
  version: SIMPLE_VERSION,
  headers: [],
  violations: [],
  bytes: 0,
};

/** True where bytes begin as a status line does, as far as they go. */
export function beginsLikeStatusLine(bytes: Uint8Array): boolean {
  return "HTTP/".startsWith(decodeLatin1(bytes, 0, Math.min(bytes.length, 5)));
}

import { decodeLatin1 } from "@weir/base";
import type { Head } from "./head.ts";

/** Start lines behind damage, anywhere: the rest of a body need not end with a line. Only methods of RFC 9110, RFC 5789 and WebDAV. */
const START_OF = {
  request:
    /(?:GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH|PROPFIND|PROPPATCH|REPORT|MKCOL|COPY|MOVE|LOCK|UNLOCK) \S+ HTTP\/[01]\.\d\r?\n/,
  response: /HTTP\/[01]\.\d \d{3}(?: [^\r\n]*)?\r?\n/,
} as const;
const ANY_START = new RegExp(`${START_OF.request.source}|${START_OF.response.source}`);
/** What is kept of a line under way while looking for a start line. */
const MAX_LOST_BYTES = 4096;

/** What stands before the next start line, or before what may become one. */
export interface StartLineSearch {
  readonly before: number;
  readonly isFound: boolean;
}

/** Looks for a start line behind damage: of the kind that a direction carries, where that is known. */
export function findStartLine(bytes: Uint8Array, wanted: Head["kind"] | undefined): StartLineSearch {
  const text = decodeLatin1(bytes);
  const found = (wanted === undefined ? ANY_START : START_OF[wanted]).exec(text);
  if (found !== null) return { before: found.index, isFound: true };
  // The last line may be the beginning of a start line.
  return { before: Math.max(text.lastIndexOf("\n") + 1, text.length - MAX_LOST_BYTES), isFound: false };
}

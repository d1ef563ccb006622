import { decodeLatin1 } from "@weir/base";
import { type HeaderBlock, parseHeaderBlock } from "./header-block.ts";

/** Longest head (start line and headers) that is read; more is not HTTP or an attack. */
export const MAX_HEAD_BYTES = 64 << 10;
const MAX_START_LINE_BYTES = 16 << 10;

/** A parsed head, its length in bytes included. */
export type Head = StartLine & HeaderBlock & { readonly bytes: number };

/** What looking for a head in the first bytes gave. */
export type HeadVerdict = Head | "needMore" | "notHttp";

/** RFC 9110 §5.6.2: a method is any token. RFC 9112 §3, §4: the start lines; §3 on several spaces, §3.2 on spaces in targets. A missing reason phrase is common. */
const REQUEST_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}) {1,4}(\S(?:.*\S)?) {1,4}HTTP\/([01]\.\d)$/;
/** A request line without a target: a mistake that clients make. */
const NO_TARGET_LINE = /^(GET|HEAD|POST|PUT|DELETE|OPTIONS) {1,4}HTTP\/([01]\.\d)$/;
/** HTTP/0.9 asks with one line and nothing behind it (RFC 1945 §4.1, Simple-Request). */
const SIMPLE_REQUEST_LINE = /^GET {1,4}(\/[!-~]*) {0,4}$/;
export const SIMPLE_VERSION = "0.9";
/** Some servers write versions that do not exist, or two spaces, or a bare CR: readers agree on what they mean. */
const STATUS_LINE = /^HTTP\/(\d{1,2}\.\d{1,2}) {1,4}(\d{3})(?:[ \r][^\n]*)?$/;
/** A status line whose version or code is damaged: still an answer. */
const DAMAGED_STATUS_LINE = /^HTTP\/([!-~\x80-\xff]{1,8}) {1,4}([!-~]{1,8})(?: [^\n]*)?$/;
/** The beginning of a request line whose end is lost: a method that cannot be a word of another protocol, and a target. */
const CUT_REQUEST_LINE =
  /^((?:GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH|PROPFIND)(?= (?:\/|https?:\/\/))|CONNECT(?= [\w.-]+:\d)) ([!-~]+)(?: H?T?T?P?\/?([\d.]*))?\r?$/;

const LF = 10;
const CR = 13;

/** How far a head was searched for its end, so that a head which comes byte by byte is not read from its start each time. */
export interface HeadSearch {
  /** Start of the line under way; 0 while the start line is not complete. */
  lineAt: number;
  /** Bytes already looked at. */
  seen: number;
}

/** Parses a head at the front of `bytes`. Line ends may be bare LF (RFC 9112 §2.2). */
export function parseHead(bytes: Uint8Array, search: HeadSearch = { lineAt: 0, seen: 0 }): HeadVerdict {
  if (search.lineAt > 0 && headBlockEnd(bytes, search) < 0) return "needMore";
  const leading = leadingLineEnds(bytes);
  const lineEnd = lineFeedFrom(bytes, leading);
  if (lineEnd < 0) return mayBeStartLine(bytes.subarray(leading)) ? "needMore" : "notHttp";
  if (lineEnd - leading > MAX_START_LINE_BYTES) return "notHttp";
  const line = decodeLatin1(bytes, leading, trimCr(bytes, lineEnd));
  const start = parseStartLine(line);
  if (start === undefined) return "notHttp";
  if (start.version === SIMPLE_VERSION && SIMPLE_REQUEST_LINE.test(line)) return headOf(start, "", lineEnd + 1);
  if (search.lineAt === 0) search.lineAt = lineEnd + 1;
  const end = headBlockEnd(bytes, search);
  if (end < 0) return "needMore";
  return headOf(start, decodeLatin1(bytes, lineEnd + 1, end), end);
}

/** A head of its start line and its fields; what either broke is kept. HOT PATH: every field is named, as a spread of the start line takes microseconds. */
function headOf(start: StartLine, fields: string, bytes: number): Head {
  const { version } = start;
  const { headers, violations: broken } = parseHeaderBlock(fields);
  const violations = start.violations.length === 0 ? broken : [...start.violations, ...broken];
  if (start.kind === "request") {
    const { method, target } = start;
    return { kind: "request", method, target, statusCode: undefined, version, violations, headers, bytes };
  }
  const { statusCode } = start;
  return { kind: "response", method: undefined, target: undefined, statusCode, version, violations, headers, bytes };
}

/** What is there of a head whose end will never come: its whole lines, or the beginning of a request's first one. */
export function parseHeadLines(bytes: Uint8Array): Head | undefined {
  const leading = leadingLineEnds(bytes);
  const lineEnd = bytes.indexOf(LF, leading);
  if (lineEnd < 0) return parseCutRequestLine(bytes);
  const start = parseStartLine(decodeLatin1(bytes, leading, trimCr(bytes, lineEnd)));
  if (start === undefined) return undefined;
  const end = bytes.lastIndexOf(LF) + 1;
  return headOf(start, decodeLatin1(bytes, lineEnd + 1, end), bytes.length);
}

/** The beginning of a request line, as a snap length leaves it; of its version only what is whole is known. */
export function parseCutRequestLine(bytes: Uint8Array): Head | undefined {
  if (bytes.length > MAX_START_LINE_BYTES) return undefined;
  const [, method, target, said = ""] = CUT_REQUEST_LINE.exec(decodeLatin1(bytes)) ?? [];
  if (method === undefined || target === undefined) return undefined;
  const version = /^[01]\.\d$/.test(said) ? said : "";
  return headOf(requestLine(method, target, version), "", bytes.length);
}

/** Both kinds have all fields: code that sees objects of one shape is quicker. */
type StartLine = (
  | {
      readonly kind: "request";
      readonly method: string;
      readonly target: string;
      readonly statusCode: undefined;
    }
  | {
      readonly kind: "response";
      readonly method: undefined;
      readonly target: undefined;
      /** Absent where what stands in its place is no number of three digits. */
      readonly statusCode: number | undefined;
    }
) & {
  readonly version: string;
  readonly violations: readonly string[];
};

const NONE: readonly string[] = [];

function requestLine(method: string, target: string, version: string, violations = NONE): StartLine {
  return { kind: "request", method, target, statusCode: undefined, version, violations };
}

function statusLine(statusCode: number | undefined, version: string, violations = NONE): StartLine {
  return { kind: "response", method: undefined, target: undefined, statusCode, version, violations };
}

function parseStartLine(line: string): StartLine | undefined {
  const request = REQUEST_LINE.exec(line);
  if (request !== null) {
    const [, method = "", target = "", version = ""] = request;
    return requestLine(method, target, version);
  }
  const status = STATUS_LINE.exec(line);
  if (status === null) return parseDamagedStatusLine(line) ?? parseRareRequestLine(line);
  const [, version = "", code = ""] = status;
  return statusLine(Number(code), version);
}

/** Control characters in a status line are passed over; a code that is none, or a version that is none, is not known. */
function parseDamagedStatusLine(line: string): StartLine | undefined {
  if (!line.startsWith("HTTP/")) return undefined;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is damaged.
  const [, version = "", code = ""] = DAMAGED_STATUS_LINE.exec(line.replace(/[\0-\x1f\x7f]/g, "")) ?? [];
  if (code === "") return undefined;
  const statusCode = /^\d{3}(?![0-9A-Za-z])/.test(code) ? Number(code.slice(0, 3)) : undefined;
  return statusLine(statusCode, /^\d{1,2}\.\d{1,2}$/.test(version) ? version : "", ["badStatusLine"]);
}

function parseRareRequestLine(line: string): StartLine | undefined {
  const [, target] = SIMPLE_REQUEST_LINE.exec(line) ?? [];
  if (target !== undefined) return requestLine("GET", target, SIMPLE_VERSION);
  const [, method, version] = NO_TARGET_LINE.exec(line) ?? [];
  if (method === undefined || version === undefined) return undefined;
  return requestLine(method, "", version, ["noTarget"]);
}

/** Where the empty line ends that closes a header block; -1 while it is not there. Goes on where `search` stopped. */
export function headBlockEnd(bytes: Uint8Array, search: HeadSearch): number {
  for (;;) {
    const { lineAt } = search;
    const end = lineFeedFrom(bytes, Math.max(lineAt, search.seen));
    if (end < 0) {
      search.seen = bytes.length;
      return -1;
    }
    if (end === lineAt || (end === lineAt + 1 && bytes[lineAt] === CR)) return end + 1;
    search.lineAt = end + 1;
  }
}

/** Where the next line ends; -1 where it does not. HOT PATH: lines are short, and a loop over them is quicker than a call of `indexOf`. */
function lineFeedFrom(bytes: Uint8Array, from: number): number {
  for (let at = from; at < bytes.length; at += 1) if (bytes[at] === LF) return at;
  return -1;
}

/** Empty lines before a request are ignored (RFC 9112 §2.2). */
function leadingLineEnds(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length && at < 8 && (bytes[at] === CR || bytes[at] === LF)) at += 1;
  return at;
}

function trimCr(bytes: Uint8Array, lineEnd: number): number {
  return lineEnd > 0 && bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd;
}

/** While a start line is incomplete: can it still become one? Only token characters, a space, then visible text. */
function mayBeStartLine(bytes: Uint8Array): boolean {
  if (bytes.length > MAX_START_LINE_BYTES) return false;
  const text = decodeLatin1(bytes, 0, Math.min(bytes.length, 80));
  return /^(?:[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}(?: \S*(?: .*)?)?|HTTP(?:\/.*)?)\r?$/s.test(text) || text === "";
}

import type { Header } from "../common/http/headers.ts";

/** The field lines of a head or of trailers. */
export interface HeaderBlock {
  readonly headers: readonly Header[];
  /** Rules that the lines broke and that recipients read differently, which makes attacks of them; short stable words. */
  readonly violations: readonly string[];
}

const NONE: readonly string[] = [];
const TAB = 9;
const CR = 13;
const SPACE = 32;
const COLON = 58;
const DELETE = 127;

/**
 * Parses field lines (RFC 9112 §5). Line ends may be bare LF; folded lines are joined (§5.2). What is no field is passed over. HOT PATH: lines are looked at
 * where they stand, as arrays and texts of them cost more than what is kept.
 */
export function parseHeaderBlock(block: string): HeaderBlock {
  const headers: Header[] = [];
  let violations: readonly string[] = NONE;
  for (let from = 0, next = 0; from < block.length; from = next) {
    const feed = block.indexOf("\n", from);
    const end = feed < 0 ? block.length : feed;
    next = end + 1;
    if (end === from || (end === from + 1 && block.charCodeAt(from) === CR)) continue;
    const violation = parseFieldLine(block, from, end, headers);
    if (violation !== undefined && !violations.includes(violation)) violations = [...violations, violation];
  }
  return { headers, violations };
}

/** Takes one line, that is not empty, up to its line feed; says what rule it breaks. */
function parseFieldLine(block: string, from: number, end: number, headers: Header[]): string | undefined {
  const last = isBlank(block.charCodeAt(from)) ? headers.at(-1) : undefined;
  if (last !== undefined) {
    headers[headers.length - 1] = [last[0], `${last[1]} ${block.slice(from, end).trim()}`.trim()];
    return "foldedHeader";
  }
  const colon = colonIn(block, from, end);
  if (colon <= from || colon === end) return "headerWithoutName";
  headers.push([trimmed(block, from, colon), trimmed(block, colon + 1, end)]);
  return isBlank(block.charCodeAt(colon - 1)) ? "spaceBeforeColon" : undefined;
}

/** Where a line's first colon stands; its end where it has none. */
function colonIn(block: string, from: number, end: number): number {
  let at = from;
  while (at < end && block.charCodeAt(at) !== COLON) at += 1;
  return at;
}

/** What stands there without white space around it. Most often that is one space before it, and CR behind. */
function trimmed(block: string, from: number, end: number): string {
  const start = block.charCodeAt(from) === SPACE ? from + 1 : from;
  const behind = block.charCodeAt(end - 1) === CR ? end - 1 : end;
  const text = block.slice(start, behind);
  return isVisible(text.charCodeAt(0)) && isVisible(text.charCodeAt(text.length - 1)) ? text : text.trim();
}

function isBlank(character: number): boolean {
  return character === SPACE || character === TAB;
}

function isVisible(character: number): boolean {
  return character > SPACE && character < DELETE;
}

import type { Header } from "../common/http/headers.ts";

/** The field lines of a head or of trailers. */
export interface HeaderBlock {
  readonly headers: readonly Header[];
  /** Rules that the lines broke and that recipients read differently, which makes attacks of them; short stable words. */
  readonly violations: readonly string[];
}

const NONE: readonly string[] = [];

/** Parses field lines (RFC 9112 §5). Line ends may be bare LF; folded lines are joined (§5.2). What is no field is passed over. */
export function parseHeaderBlock(block: string): HeaderBlock {
  const headers: Header[] = [];
  let violations: string[] | undefined;
  const note = (violation: string) => {
    violations ??= [];
    if (!violations.includes(violation)) violations.push(violation);
  };
  for (const line of block.split("\n")) {
    if (line === "" || line === "\r") continue;
    const last = headers.at(-1);
    if ((line[0] === " " || line[0] === "\t") && last !== undefined) {
      headers[headers.length - 1] = [last[0], `${last[1]} ${line.trim()}`.trim()];
      note("foldedHeader");
      continue;
    }
    const colon = line.indexOf(":");
    if (colon <= 0) {
      note("headerWithoutName");
      continue;
    }
    const before = line[colon - 1];
    if (before === " " || before === "\t") note("spaceBeforeColon");
    headers.push([line.slice(0, colon).trim(), line.slice(colon + 1).trim()]);
  }
  return { headers, violations: violations ?? NONE };
}

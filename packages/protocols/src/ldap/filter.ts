import type { BerReader } from "../common/ber.ts";

/** Filters in one another that are followed, and their longest text. */
const MAX_DEPTH = 16;
const MAX_PARTS = 64;
export const MAX_FILTER_CHARS = 1024;

/** Choices of a filter (RFC 4511 §4.5.1.7), by their tag. */
const Choice = { and: 0xa0, or: 0xa1, not: 0xa2, substrings: 0xa4, present: 0x87, extensible: 0xa9 } as const;
const COMPARISONS: ReadonlyMap<number, string> = new Map([
  [0xa3, "="],
  [0xa5, ">="],
  [0xa6, "<="],
  [0xa8, "~="],
]);
/** Of an extensible match: rule and attribute. */
const MATCHING_RULE = 0x81;
const MATCHING_TYPE = 0x82;

/** A search filter as RFC 4515 writes it, with its values masked: `(&(objectClass=?)(mail=*))`. */
export function formatFilter(filter: BerReader): string {
  return part(filter, 0).slice(0, MAX_FILTER_CHARS);
}

/** The element under way. */
function part(filter: BerReader, depth: number): string {
  if (depth > MAX_DEPTH) return "(…)";
  switch (filter.tag) {
    case Choice.and:
      return `(&${parts(filter.inside, depth)})`;
    case Choice.or:
      return `(|${parts(filter.inside, depth)})`;
    case Choice.not:
      return `(!${parts(filter.inside, depth)})`;
    case Choice.present:
      return `(${filter.text}=*)`;
    case Choice.substrings:
      return `(${firstText(filter.inside)}=*?*)`;
    case Choice.extensible:
      return extensible(filter.inside);
    default: {
      const comparison = COMPARISONS.get(filter.tag);
      return comparison === undefined ? "(?)" : `(${firstText(filter.inside)}${comparison}?)`;
    }
  }
}

function parts(inside: BerReader, depth: number): string {
  const texts: string[] = [];
  let chars = 0;
  while (texts.length < MAX_PARTS && chars < MAX_FILTER_CHARS && inside.next()) {
    const text = part(inside, depth + 1);
    texts.push(text);
    chars += text.length;
  }
  return texts.join("");
}

function extensible(inside: BerReader): string {
  let type = "";
  let rule = "";
  while (inside.next()) {
    if (inside.tag === MATCHING_TYPE) type = inside.text;
    else if (inside.tag === MATCHING_RULE) rule = `:${inside.text}`;
  }
  return `(${type}${rule}:=?)`;
}

function firstText(inside: BerReader): string {
  return inside.next() ? inside.text : "";
}

/** Limits of a filter: it is text that people and programs send, and it is run on every record. */
export const FILTER_LIMITS = {
  /** Characters of a whole filter. */
  characters: 4_096,
  /** Operators, names and literals of a filter together. */
  nodes: 500,
  /** Nesting of parentheses, lists and calls. */
  depth: 50,
  /** Values in one list. */
  listValues: 200,
  /** Characters of one pattern for `matches`. */
  patternCharacters: 256,
} as const;

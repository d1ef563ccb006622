/** A header as it stood on the wire. */
export type Header = readonly [name: string, value: string];

/** The first value of a header, by its lower-case name. */
export function headerOf(headers: readonly Header[], name: string): string | undefined {
  for (const [key, value] of headers) {
    // Lengths differ nearly always: lower case is made of few names.
    if (key.length === name.length && key.toLowerCase() === name) return value;
  }
  return undefined;
}

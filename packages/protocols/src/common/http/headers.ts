/** A header as it stood on the wire. */
export type Header = readonly [name: string, value: string];

/** The first value of a header, by its lower-case name. HOT PATH: it is asked for some thirty names of each exchange. */
export function headerOf(headers: readonly Header[], name: string): string | undefined {
  for (const header of headers) {
    const key = header[0];
    // Lengths differ nearly always: lower case is made of few names.
    if (key.length === name.length && (key === name || key.toLowerCase() === name)) return header[1];
  }
  return undefined;
}

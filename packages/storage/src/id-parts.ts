/** A server takes parameters of up to 128 KiB (`http_max_field_value_size`); this leaves room for what quoting adds. */
const MAX_PART_BYTES = 96 * 2 ** 10;
/** Quotes and a comma, percent-encoded. */
const BYTES_AROUND_ID = 9;

/** Stays as it is when it is percent-encoded. */
const PLAIN = /^[\w.-]*$/;
/** Of a character that does not. */
const MOST_BYTES = 9;

/** Ids in parts of which each goes into one parameter of a statement. */
export function idParts(ids: readonly string[]): string[][] {
  const parts: string[][] = [];
  let room = 0;
  for (const id of ids) {
    const bytes = (PLAIN.test(id) ? 1 : MOST_BYTES) * id.length + BYTES_AROUND_ID;
    if (bytes > room || parts.length === 0) {
      parts.push([]);
      room = MAX_PART_BYTES;
    }
    parts.at(-1)?.push(id);
    room -= bytes;
  }
  return parts;
}

/** Asks for rows by ids, however many these are; `read` is given one part of them. */
export async function rowsByIds<Row>(
  ids: readonly string[],
  read: (part: readonly string[]) => Promise<readonly Row[]>,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const part of idParts(ids)) for (const row of await read(part)) rows.push(row);
  return rows;
}

import { type Connection, connectionRecord, toJsonRecord } from "@weir/model";
// csv-stringify: quoting by RFC 4180 and its corner cases, small, without dependencies, MIT.
import { stringify } from "csv-stringify/sync";

const NAMES = connectionRecord.fields.map(({ name }) => name);

/**
 * Connections as CSV (RFC 4180): a header with the model's field names, then one line each. Times as in JSON, absent values
 * empty, lists separated by semicolons. Text that a spreadsheet would run as a formula gets an apostrophe: names come from the wire.
 */
export class CsvRows {
  readonly #write: (text: string) => void;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  begin(): void {
    this.#line(NAMES);
  }

  connection(connection: Connection): void {
    const record = toJsonRecord(connectionRecord, connection);
    this.#line(NAMES.map((name) => cellOf(record[name])));
  }

  #line(cells: readonly (string | number)[]): void {
    this.#write(stringify([[...cells]], { record_delimiter: "windows", escape_formulas: true }));
  }
}

function cellOf(value: unknown): string | number {
  if (value === undefined || value === null) return "";
  if (typeof value === "number" || typeof value === "string") return value;
  return Array.isArray(value) ? value.join(";") : JSON.stringify(value);
}

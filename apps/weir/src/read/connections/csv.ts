import { formatUnixNs } from "@weir/base";
import { type Connection, connectionRecord, type FieldType } from "@weir/model";
import type { ConnectionReport } from "@weir/pipeline";
// csv-stringify: quoting by RFC 4180 and its corner cases, small, without dependencies, MIT.
import { stringify } from "csv-stringify/sync";

const NAMES = connectionRecord.fields.map(({ name }) => name);

/**
 * Connections as CSV (RFC 4180): a header with the model's field names (and `report` before them, where reports are wanted), then one line each. Times as in JSON, absent values
 * empty, lists separated by semicolons. Text that a spreadsheet would run as a formula gets an apostrophe: names come from the wire.
 */
export class CsvRows {
  readonly #write: (text: string) => void;

  readonly #hasReports: boolean;

  constructor(write: (text: string) => void, hasReports: boolean) {
    this.#write = write;
    this.#hasReports = hasReports;
  }

  begin(): void {
    this.#line(this.#hasReports ? ["report", ...NAMES] : NAMES);
  }

  connection(connection: Connection): void {
    this.#row(connection, "end");
  }

  update(connection: Connection, report: ConnectionReport): void {
    this.#row(connection, report);
  }

  #row(connection: Connection, report: ConnectionReport | "end"): void {
    const values = connection as unknown as Readonly<Record<string, unknown>>;
    const cells = this.#hasReports ? [report as string] : [];
    for (const { name, type } of connectionRecord.fields) cells.push(cellOf(values[name], type));
    this.#line(cells);
  }

  #line(cells: readonly string[]): void {
    this.#write(`${cells.join(",")}\r\n`);
  }
}

/** Nothing in it can be a separator, a quote, a line's end or the beginning of a formula. */
const PLAIN = /^[A-Za-z0-9][A-Za-z0-9 .:_/-]*$/;

function cellOf(value: unknown, type: FieldType): string {
  if (value === undefined) return "";
  if (typeof value === "number") return String(value);
  if (type === "time") return formatUnixNs(value as bigint);
  const text = typeof value === "string" ? value : Array.isArray(value) ? value.join(";") : JSON.stringify(value);
  if (text === "" || PLAIN.test(text)) return text;
  return stringify([[text]], { eof: false, escape_formulas: true });
}

import { type Connection, connectionRecord, toJsonRecord } from "@weir/model";
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
    const record = toJsonRecord(connectionRecord, connection);
    const cells = NAMES.map((name) => cellOf(record[name]));
    this.#line(this.#hasReports ? [report, ...cells] : cells);
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

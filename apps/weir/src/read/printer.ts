import type { Call, Capture, Connection, Delivery, Finding, Retry } from "@weir/model";
import type { ConnectionReport } from "@weir/pipeline";
import { CsvRows } from "./connections/csv.ts";
import { ConnectionTable, type TableOptions } from "./connections/table.ts";
import { JsonLines } from "./json-lines.ts";
import { type ConnectionFormat, connectionFormat, type ReadOptions } from "./options.ts";
import { isColoured, type Output } from "./output.ts";
import { type PageNotes, renderPage } from "./report/page.ts";
import { createPaint, type Paint } from "./report/paint.ts";
import type { Report } from "./report/report.ts";

/** Rows for connections. */
export type ConnectionRows = Pick<Printer, "begin"> & Required<Pick<Printer, "connection" | "update">>;

/** What is printed, and when: each record as it is finished, each capture's findings, and the whole at the end. */
export interface Printer {
  /** Before anything is read. */
  begin?(): void;
  connection?(connection: Connection): void;
  /** A connection that begins or goes on. */
  update?(connection: Connection, report: ConnectionReport): void;
  call?(call: Call): void;
  retry?(retry: Retry): void;
  delivery?(delivery: Delivery): void;
  finding?(finding: Finding): void;
  capture?(capture: Capture): void;
  /** After the last capture. */
  end?(report: Report): void;
}

/** The printer that the options ask for. `isSeveral`: rows say of which of several captures they are. */
export function printerOf(options: ReadOptions, output: Output, isSeveral: boolean): Printer {
  const paint = createPaint(isColoured(options));
  const write = (text: string) => output.write(text);
  const format = connectionFormat(options);
  if (format !== undefined)
    return connectionRows(format, write, paint, { isSeveral, hasReports: options.reports === true });
  if (options.json === true) return new JsonLines(write);
  return options.follow === true
    ? followPrinter(write, paint, options)
    : { end: (report) => write(renderPage(report, paint, notesOf(options))) };
}

/** What writes connections in a format, each with one call of `write`. */
export function connectionRows(
  format: ConnectionFormat,
  write: (text: string) => void,
  paint: Paint,
  options: TableOptions,
): ConnectionRows {
  switch (format) {
    case "table":
      return new ConnectionTable(write, paint, options);
    case "csv":
      return new CsvRows(write, options.hasReports);
    case "json":
      return connectionLines(new JsonLines(write), options.hasReports);
    default:
      return format satisfies never;
  }
}

/** Nothing but connections. */
function connectionLines(lines: JsonLines, hasReports: boolean): ConnectionRows {
  return {
    connection: (connection) => lines.connection(connection, hasReports ? "end" : undefined),
    update: (connection, report) => lines.connection(connection, report),
  };
}

/** Rows while the capture grows, and the page of it all when the user ends it. */
function followPrinter(write: (text: string) => void, paint: Paint, options: ReadOptions): Printer {
  const table = new ConnectionTable(write, paint, { isSeveral: false, hasReports: false });
  return {
    begin: () => table.begin(),
    connection: (connection) => table.connection(connection),
    end: (report) => write(`\n${renderPage(report, paint, notesOf(options))}`),
  };
}

function notesOf({ calls, sampling }: ReadOptions): PageNotes {
  return { readsCalls: calls !== false, sampling };
}

import { formatMeasured } from "@weir/base";
import { type Answer, type AnswerColumn, errorOf } from "@weir/http-contract";
// csv-stringify: quoting by RFC 4180 and its corner cases, small, without dependencies, MIT.
import { stringify } from "csv-stringify/sync";
import { type Column, renderTable } from "../read/report/table.ts";

/** An answer as a table for people: numbers with their units, `~` before an estimate's heading, `±` half of its 95 % interval where it is of sampled records. */
export function answerTable({ columns, rows }: Answer): string {
  const shown = columns.filter(({ role }) => role !== "others" && role !== "error");
  const others = columns.findIndex(({ role }) => role === "others");
  const headings = shown.map(
    ({ name, estimated, role, type }): Column => ({
      heading: estimated ? `~${name}` : name,
      align: role === "measure" || role === "before" || type === "int" || type === "float" ? "right" : "left",
    }),
  );
  const firstGroup = columns.find(({ role }) => role === "group");
  const lines = rows.map((row) =>
    shown.map((column) => {
      const isOthers = others >= 0 && row[others] === true;
      if (isOthers && column === firstGroup) return "(others)";
      const error = errorOf(columns, row, column.name);
      const text = cellText(row[columns.indexOf(column)], column);
      return error === undefined ? text : `${text} ± ${formatMeasured(error, column.unit)}`;
    }),
  );
  return `${renderTable(headings, lines, "").join("\n")}\n`;
}

function cellText(value: unknown, { role, unit, type }: AnswerColumn): string {
  if (value === null || value === undefined)
    return role === "group" && type !== "string" ? "-" : role === "group" ? "(none)" : "-";
  if (typeof value === "number")
    return role === "group" && unit === undefined ? String(value) : formatMeasured(value, unit);
  if (value === "") return '""';
  return Array.isArray(value) ? value.join(", ") : String(value);
}

/** An answer as CSV (RFC 4180): plain numbers, absent values empty, lists separated by semicolons. */
export function answerCsv({ columns, rows }: Answer): string {
  const cells = rows.map((row) => row.map((value) => (Array.isArray(value) ? value.join(";") : (value ?? ""))));
  const header = columns.map(({ name, unit }) => (unit === undefined || unit === "count" ? name : `${name} [${unit}]`));
  return stringify([header, ...cells], {
    record_delimiter: "windows",
    // Names come from the wire: a spreadsheet must not run them.
    escape_formulas: true,
    cast: { boolean: String },
  });
}

import { stripVTControlCharacters } from "node:util";

/** One column: heading and alignment. Numbers stand right. */
export interface Column {
  readonly heading: string;
  readonly align: "left" | "right";
}

/** A text table with two spaces between columns, `indent` before each line; cells may carry colours. */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[], indent = "  "): string[] {
  const widths = columns.map((column, index) =>
    Math.max(column.heading.length, ...rows.map((row) => visibleLength(row[index] ?? ""))),
  );
  const line = (cells: readonly string[]) => renderLine(columns, widths, cells, indent);
  return [line(columns.map(({ heading }) => heading)), ...rows.map(line)];
}

/** One line of a table with these widths; a cell that is wider pushes the rest to the right. */
export function renderLine(
  columns: readonly Column[],
  widths: readonly number[],
  cells: readonly string[],
  indent: string,
): string {
  const padded = columns.map((column, index) => pad(cells[index] ?? "", widths[index] ?? 0, column.align));
  return (indent + padded.join("  ")).trimEnd();
}

/** Cuts long text in the middle, where paths and names carry the least. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  const head = Math.ceil((length - 1) / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (length - 1 - head))}`;
}

function visibleLength(text: string): number {
  return stripVTControlCharacters(text).length;
}

function pad(text: string, width: number, align: Column["align"]): string {
  const space = " ".repeat(Math.max(0, width - visibleLength(text)));
  return align === "left" ? text + space : space + text;
}

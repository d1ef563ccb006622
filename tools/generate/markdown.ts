/** A Markdown table; pipes in cells are escaped. */
export function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(heading), line(heading.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Code in a sentence, or nothing for nothing. */
export function code(text: string | undefined): string {
  return text === undefined || text === "" ? "" : `\`${text}\``;
}

import type { KernelResult, StatedAbility } from "./fact.ts";

/** What comes in each column: a kernel, and what it did; nothing where it did not get to its end. */
export interface Column {
  readonly name: string;
  readonly result: KernelResult | undefined;
}

const BEGIN = "<!-- table of test:kernels -->";
const END = "<!-- end of the table -->";

/** Facts that an ability claims to tell, and that did not come. */
export function missingFacts(result: KernelResult): string[] {
  const lacking = new Set(result.abilities.filter(({ has }) => !has).map(({ name }) => name));
  return result.facts
    .filter(({ ability, holds }) => !holds && !lacking.has(ability))
    .map(({ ability, what, got }) => `${ability}, ${what}: ${got}`);
}

/** A Markdown table: a line for each kernel, a column for each ability. */
export function formatTable(columns: readonly Column[]): string {
  const tested = columns.flatMap(({ name, result }) => (result === undefined ? [] : [{ name, result }]));
  const names = [...new Set(tested.flatMap(({ result }) => result.facts.map(({ ability }) => ability)))];
  const rows = tested.map(({ result }) => [
    `${result.release} ${result.machine}`,
    ...names.map((name) => cell(name, result)),
    causes(result),
  ]);
  const head = ["kernel", ...names, "a rule's drop, a closed port's"];
  return alignTable([head, head.map(() => ""), ...rows]);
}

/** The text of a page, with this table in place of the one that it has. */
export function withTable(page: string, table: string): string {
  const from = page.indexOf(BEGIN);
  const to = page.indexOf(END);
  if (from < 0 || to < from) throw new Error(`the page has no place for the table (${BEGIN})`);
  return `${page.slice(0, from + BEGIN.length)}\n\n${table}\n\n${page.slice(to)}`;
}

function cell(ability: string, result: KernelResult): string {
  const stated = result.abilities.find(({ name }) => name === ability);
  if (stated?.has === false) return "no";
  const facts = result.facts.filter((fact) => fact.ability === ability);
  const held = facts.filter(({ holds }) => holds).length;
  const isAll = held === facts.length;
  return (isAll ? "yes" : `${held} of ${facts.length}`) + (stated === undefined ? "" : instead(stated));
}

/** By which functions it is told where the kernel has no tracepoint for it. */
function instead({ why }: StatedAbility): string {
  const places = /on this kernel by (.*)$/.exec(why)?.[1];
  return places === undefined ? "" : `, by ${places.replaceAll("_", "\\_")}`;
}

/** In the words of that kernel. */
function causes({ facts }: KernelResult): string {
  const told = facts.filter(({ ability, got }) => ability === "kernelDrops" && / /.test(got));
  return told.map(({ got }) => `\`${got.split(",")[0]}\``).join(", ");
}

function alignTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row, index) => {
      const cells = row.map((text, column) => text.padEnd(widths[column] ?? 0, index === 1 ? "-" : " "));
      return `| ${cells.join(" | ")} |`;
    })
    .join("\n");
}

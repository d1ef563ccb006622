import { type Labels, PromqlError } from "@weir/promql";

/** What stands in a template, one piece after the other: text, the line, or a label. */
interface Piece {
  readonly text?: string;
  /** Absent for the line itself. */
  readonly label?: string | undefined;
  readonly changes: readonly ((text: string) => string)[];
}

const lower = (text: string) => text.toLowerCase();
const upper = (text: string) => text.toUpperCase();
const trim = (text: string) => text.trim();

/** Functions of Loki's templates that are known here. */
const FUNCTIONS: ReadonlyMap<string, (text: string) => string> = new Map([
  ["ToLower", lower],
  ["ToUpper", upper],
  ["lower", lower],
  ["upper", upper],
  ["trim", trim],
  ["TrimSpace", trim],
]);
const ACTION = /\{\{(-\s)?\s*(.*?)\s*(\s-)?\}\}/gs;

/** A template of `line_format` or `label_format` as a function. `position`: where it stands in the query, for what is not known in it. */
export function readTemplate(template: string, position: number): (line: string, labels: Labels) => string {
  const pieces: Piece[] = [];
  let at = 0;
  let trimsNext = false;
  const addText = (text: string) => {
    const begun = trimsNext ? text.trimStart() : text;
    if (begun !== "") pieces.push({ text: begun, changes: [] });
  };
  for (const [whole, trimsBefore, action = "", trimsBehind] of template.matchAll(ACTION)) {
    const begin = template.indexOf(whole, at);
    const before = template.slice(at, begin);
    addText(trimsBefore === undefined ? before : before.trimEnd());
    pieces.push(readAction(action, position));
    trimsNext = trimsBehind !== undefined;
    at = begin + whole.length;
  }
  addText(template.slice(at));
  return (line, labels) => pieces.map((piece) => filled(piece, line, labels)).join("");
}

/** `.label`, or `__line__`, with functions behind. */
function readAction(action: string, position: number): Piece {
  const [value = "", ...functions] = action.split("|").map((part) => part.trim());
  const label = /^\.([a-zA-Z_]\w*)$/.exec(value)?.[1];
  if (label === undefined && value !== "__line__" && value !== ".__line__")
    throw new PromqlError(
      "syntax",
      `"{{${action}}}" is not known here: a template has {{.label}} and {{__line__}}`,
      position,
    );
  const changes = functions.map((name) => {
    const known = FUNCTIONS.get(name);
    if (known !== undefined) return known;
    const names = [...FUNCTIONS.keys()].join(", ");
    throw new PromqlError("syntax", `templates do not know "${name}" here; they know ${names}`, position);
  });
  return { label: label === "__line__" ? undefined : label, changes };
}

function filled({ text, label, changes }: Piece, line: string, labels: Labels): string {
  if (text !== undefined) return text;
  const value = label === undefined ? line : (labels[label] ?? "");
  return changes.reduce((changed, change) => change(changed), value);
}

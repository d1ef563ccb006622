/** Prometheus' text format 0.0.4 and OpenMetrics 1.0 (https://prometheus.io/docs/instrumenting/exposition_formats/, https://prometheus.io/docs/specs/om/open_metrics_spec/). */

type Labels = ReadonlyMap<string, string>;

/** A measured value that stands for others, with where it came from. */
export interface ExposedExemplar {
  readonly labels: Labels;
  readonly value: number;
  readonly atUnixMs: number | undefined;
}

/** One line with a value. */
export interface ExposedSample {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
  /** When the target says that it was measured. */
  readonly atUnixMs: number | undefined;
  readonly exemplar: ExposedExemplar | undefined;
}

/** What a target says of a metric beside its values. */
export interface ExposedFamily {
  type: string;
  help: string;
  unit: string;
}

export interface Exposition {
  readonly samples: readonly ExposedSample[];
  readonly families: ReadonlyMap<string, ExposedFamily>;
  /** Lines that cannot be read. */
  readonly broken: readonly string[];
}

const SAMPLE = /^([A-Za-z_:][\w:]*)\s*(\{)?/;
const LABEL = /\s*(?:([A-Za-z_]\w*)|"((?:[^"\\]|\\.)*)")\s*(?:=\s*"((?:[^"\\]|\\.)*)")?\s*(,|\})/y;
const REST = /^\s*(\S+)(?:\s+(-?[\d.eE+]+))?\s*$/;
const META = /^# (TYPE|HELP|UNIT) (\S+) ?(.*)$/;
const EXAMPLE_CHARS = 80;
const MAX_BROKEN = 100;

/** Reads what a target shows. `isOpenMetrics`: its times are seconds, else milliseconds. Lines that cannot be read cost themselves. */
export function parseExposition(text: string, isOpenMetrics: boolean): Exposition {
  const families = new Map<string, ExposedFamily>();
  const samples: ExposedSample[] = [];
  const broken: string[] = [];
  for (let from = 0; from < text.length; ) {
    const feed = text.indexOf("\n", from);
    const end = feed === -1 ? text.length : feed;
    const line = text.slice(from, end).trim();
    from = end + 1;
    if (line === "" || line === "# EOF") continue;
    if (line.startsWith("#")) addMeta(line, families);
    else {
      const sample = parseSample(line, isOpenMetrics ? 1_000 : 1);
      if (sample !== undefined) samples.push(sample);
      else if (broken.length < MAX_BROKEN) broken.push(line.slice(0, EXAMPLE_CHARS));
    }
  }
  return { samples, families, broken };
}

function addMeta(line: string, families: Map<string, ExposedFamily>): void {
  const [, kind, name = "", text = ""] = META.exec(line) ?? [];
  if (kind === undefined) return;
  const family = families.get(name) ?? { type: "unknown", help: "", unit: "" };
  families.set(name, family);
  if (kind === "TYPE") family.type = text.trim();
  else if (kind === "UNIT") family.unit = text.trim();
  else family.help = unescaped(text);
}

function parseSample(line: string, msPerUnit: number): ExposedSample | undefined {
  const head = SAMPLE.exec(line);
  if (head === null) return undefined;
  const [whole, name = "", brace] = head;
  const labels =
    brace === undefined ? { labels: new Map<string, string>(), end: whole.length } : labelsAt(line, whole.length);
  if (labels === undefined) return undefined;
  const [measured = "", exemplarText] = line.slice(labels.end).split(/ # (\{.*)/s);
  const rest = REST.exec(measured);
  const value = numberOf(rest?.[1] ?? "");
  if (value === undefined) return undefined;
  const exemplar = exemplarText === undefined ? undefined : parseExemplar(exemplarText);
  return { name, labels: labels.labels, value, atUnixMs: momentOf(rest?.[2], msPerUnit), exemplar };
}

/** Exemplars are of OpenMetrics alone: their times are seconds. */
function parseExemplar(text: string): ExposedExemplar | undefined {
  const labels = labelsAt(text, 1);
  const rest = labels === undefined ? null : REST.exec(text.slice(labels.end));
  const value = numberOf(rest?.[1] ?? "");
  if (labels === undefined || value === undefined) return undefined;
  return { labels: labels.labels, value, atUnixMs: momentOf(rest?.[2], 1_000) };
}

/** Labels from behind the opening brace to behind the closing one; undefined where they do not end well. */
function labelsAt(text: string, from: number): { readonly labels: Labels; readonly end: number } | undefined {
  const labels = new Map<string, string>();
  const empty = /^\s*\}/.exec(text.slice(from));
  if (empty !== null) return { labels, end: from + empty[0].length };
  LABEL.lastIndex = from;
  for (let label = LABEL.exec(text); label !== null; label = LABEL.exec(text)) {
    const [, plain, quoted, value, separator] = label;
    const end = LABEL.lastIndex;
    // A name in quotes alone is the metric's own.
    labels.set(value === undefined ? "__name__" : (plain ?? unescaped(quoted ?? "")), unescaped(value ?? quoted ?? ""));
    if (separator === "}") return { labels, end };
    const closing = /^\s*\}/.exec(text.slice(end, end + 10));
    if (closing !== null) return { labels, end: end + closing[0].length };
  }
  return undefined;
}

function numberOf(text: string): number | undefined {
  const special: Readonly<Record<string, number>> = {
    nan: Number.NaN,
    "+inf": Infinity,
    inf: Infinity,
    "-inf": -Infinity,
  };
  const word = special[text.toLowerCase()];
  if (word !== undefined) return word;
  return /^[+-]?[\d.]/.test(text) && !Number.isNaN(Number(text)) ? Number(text) : undefined;
}

function momentOf(text: string | undefined, msPerUnit: number): number | undefined {
  const number = text === undefined ? undefined : numberOf(text);
  return number === undefined || !Number.isFinite(number) ? undefined : number * msPerUnit;
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, character: string) => (character === "n" ? "\n" : character));
}

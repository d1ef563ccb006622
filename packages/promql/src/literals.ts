import { PromqlError } from "./problem.ts";

const MS_PER_UNIT: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};

/** Milliseconds of `1h30m`; undefined where the text is no duration. */
export function parseDurationMs(text: string): number | undefined {
  if (!/^(\d+(?:ms|[smhdwy]))+$/.test(text)) return undefined;
  let sum = 0;
  for (const [, amount, unit = ""] of text.matchAll(/(\d+)(ms|[smhdwy])/g)) {
    sum += Number(amount) * (MS_PER_UNIT[unit] ?? 0);
  }
  return sum;
}

/** A number as PromQL writes them: decimal, hexadecimal, `Inf`, `NaN`, or a duration, which is seconds. */
export function parseNumber(text: string): number | undefined {
  const [, sign, digits = ""] = /^([+-]?)\s*(.*)$/s.exec(text) ?? [];
  const value = unsigned(digits.replaceAll("_", ""));
  return value === undefined ? undefined : sign === "-" ? -value : value;
}

function unsigned(text: string): number | undefined {
  if (/^inf$/i.test(text)) return Number.POSITIVE_INFINITY;
  if (/^nan$/i.test(text)) return Number.NaN;
  if (/^0x[0-9a-f]+$/i.test(text)) return Number.parseInt(text, 16);
  if (/^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text);
  const ms = parseDurationMs(text);
  return ms === undefined ? undefined : ms / 1_000;
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  '"': '"',
  "'": "'",
};

/** The text of a literal in quotes, with Go's escapes; what stands in backticks is as it is. */
export function parseText(literal: string, position: number): string {
  const quote = literal[0];
  if (literal.length < 2 || literal.at(-1) !== quote)
    throw new PromqlError("syntax", "the text does not end", position);
  const inner = literal.slice(1, -1);
  if (quote === "`") return inner;
  return inner.replace(
    /\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|.|$)/gs,
    (whole, escaped: string) => {
      const code = /^[xuU]/.test(escaped) && escaped.length > 1 ? Number.parseInt(escaped.slice(1), 16) : undefined;
      if (code !== undefined && code <= 0x10ffff) return String.fromCodePoint(code);
      if (/^[0-7]{3}$/.test(escaped)) return String.fromCodePoint(Number.parseInt(escaped, 8));
      const plain = ESCAPES[escaped];
      if (plain === undefined) throw new PromqlError("syntax", `there is no escape ${whole}`, position);
      return plain;
    },
  );
}

/** A value as Prometheus writes it: decimal without exponent, as short as it is exact. */
export function formatValue(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  const text = Object.is(value, -0) ? "-0" : String(value);
  const [, sign = "", whole = "", fraction = "", exponent] = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text) ?? [];
  if (exponent === undefined) return text;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  if (point >= digits.length) return `${sign}${digits}${"0".repeat(point - digits.length)}`;
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

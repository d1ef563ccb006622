import type { MetricNameRow, MetricPart } from "@weir/storage";

/** Units of UCUM as Prometheus writes them in names. */
const UNITS: Readonly<Record<string, string>> = {
  s: "seconds",
  ms: "milliseconds",
  us: "microseconds",
  ns: "nanoseconds",
  min: "minutes",
  h: "hours",
  d: "days",
  By: "bytes",
  KiBy: "kibibytes",
  MiBy: "mebibytes",
  GiBy: "gibibytes",
  "%": "percent",
  "1": "ratio",
};

/**
 * A metric's name in PromQL. What Prometheus could have written itself stays as it is; OpenTelemetry's names with dots become Prometheus' by its own rules: underscores, the unit,
 * `_total` behind what only grows.
 */
export function prometheusName(
  { name, unit }: Pick<MetricNameRow, "name" | "unit">,
  { kind, suffix }: MetricPart,
): string {
  if (isPlain(name)) return name + suffix;
  const plain = name
    .replace(/[^a-zA-Z0-9_:]+/g, "_")
    .replace(/^(?=\d)/, "_")
    .replace(/_+$/, "");
  // A ratio is one of gauges alone: counts have the unit 1 as well.
  const word = unit === "1" && kind !== "gauge" ? undefined : UNITS[unit];
  const named = word === undefined || plain.endsWith(`_${word}`) ? plain : `${plain}_${word}`;
  const growing = kind === "counter" && !named.endsWith("_total") ? `${named}_total` : named;
  return growing + suffix;
}

/** True of a name that Prometheus could have written itself. */
export function isPlain(name: string): boolean {
  return /^[a-zA-Z_:][\w:]*$/.test(name);
}

/** An attribute's name as a label. */
export function labelName(attribute: string): string {
  return attribute.replace(/[^a-zA-Z0-9_]/g, "_").replace(/^(?=\d)/, "_");
}

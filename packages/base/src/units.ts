/**
 * Units as names. Every number says its unit in its name (`durationNs`, `windowBytes`); these aliases say it in the type
 * too, at the boundaries where mixing would be silent. Inside hot loops plain `number` with the suffix is enough.
 */

/** Nanoseconds between two moments. A plain number: exact up to 104 days. */
export type DurationNs = number;

/** Nanoseconds since the first packet of a capture. Negative where a capture's clock runs backwards. */
export type OffsetNs = number;

/** An absolute moment: nanoseconds since 1970-01-01T00:00:00Z. */
export type UnixNs = bigint;

export const NS_PER_US = 1_000;
export const NS_PER_MS = 1_000_000;
export const NS_PER_S = 1_000_000_000;

/** The absolute moment that lies `offsetNs` after `startUnixNs`. */
export function unixNsAt(startUnixNs: UnixNs, offsetNs: OffsetNs): UnixNs {
  return startUnixNs + BigInt(Math.round(offsetNs));
}

/** RFC 3339 with nine decimals, the one form in which Weir writes absolute time in text and JSON. */
export function formatUnixNs(unixNs: UnixNs): string {
  const seconds = unixNs / 1_000_000_000n;
  const floor = unixNs < 0n && unixNs % 1_000_000_000n !== 0n ? seconds - 1n : seconds;
  const nanos = unixNs - floor * 1_000_000_000n;
  const date = new Date(Number(floor) * 1000);
  const day = Number.isNaN(date.getTime()) ? "0000-00-00T00:00:00" : date.toISOString().slice(0, -5);
  return `${day}.${nanos.toString().padStart(9, "0")}Z`;
}

/** Reads what {@link formatUnixNs} wrote (any number of decimals up to nine). Undefined where the text is not such a time. */
export function parseUnixNs(text: string): UnixNs | undefined {
  const match = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z?$/.exec(text);
  if (match === null) return undefined;
  const [, day, time, fraction = ""] = match;
  const wholeMs = Date.parse(`${day}T${time}Z`);
  if (Number.isNaN(wholeMs)) return undefined;
  return BigInt(wholeMs) * 1_000_000n + BigInt(fraction.padEnd(9, "0"));
}

const DURATION_STEPS: readonly (readonly [number, string])[] = [
  [3_600 * NS_PER_S, "h"],
  [60 * NS_PER_S, "min"],
  [NS_PER_S, "s"],
  [NS_PER_MS, "ms"],
  [NS_PER_US, "µs"],
];

const DAY_NS = 24 * 3_600 * NS_PER_S;

/** A duration for people: three significant digits and the fitting unit, e.g. `1.25 ms`; from two days on in days. */
export function formatDurationNs(durationNs: DurationNs): string {
  const absolute = Math.abs(durationNs);
  if (absolute >= 2 * DAY_NS) return `${threeDigits(durationNs / DAY_NS)} days`;
  for (const [size, unit] of DURATION_STEPS) {
    if (absolute >= size) return `${threeDigits(durationNs / size)} ${unit}`;
  }
  return `${Math.round(durationNs)} ns`;
}

/** A count of bytes for people, in powers of 1024: `1.5 MiB`. */
export function formatBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return unit === 0 ? `${bytes} B` : `${threeDigits(value)} ${units[unit]}`;
}

/** A whole number with thin grouping for people: `1 234 567`. */
export function formatCount(count: number): string {
  return Math.round(count)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, " ");
}

/** A share between 0 and 1 as percent with sensible digits: `0.4 %`, `12 %`. */
export function formatRatio(ratio: number): string {
  const percent = ratio * 100;
  const digits = percent !== 0 && Math.abs(percent) < 10 ? 1 : 0;
  return `${percent.toFixed(digits)} %`;
}

/** A number with its unit for people: `1.25 ms`, `1.5 MiB/s`, `12 %`, `3.5/s`; as it is where the unit says nothing. */
export function formatMeasured(value: number, unit: string | undefined): string {
  const isRate = unit?.endsWith("/s") === true;
  const text = formatAmount(value, isRate ? unit?.slice(0, -2) : unit);
  return isRate ? `${text}/s` : text;
}

function formatAmount(value: number, unit: string | undefined): string {
  if (unit === "ns") return formatDurationNs(value);
  if (unit === "bytes") return Number.isInteger(value) ? formatBytes(value) : formatBytes(Math.round(value));
  if (unit === "ratio") return formatRatio(value);
  if (Number.isInteger(value)) return unit === undefined ? String(value) : formatCount(value);
  return Math.abs(value) >= 1000 ? formatCount(value) : threeDigits(value);
}

function threeDigits(value: number): string {
  const absolute = Math.abs(value);
  if (absolute >= 100) return value.toFixed(0);
  return absolute >= 10 ? value.toFixed(1) : value.toFixed(2);
}

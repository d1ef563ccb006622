import { NS_PER_MS, NS_PER_S, NS_PER_US } from "@weir/base";

/** Units of CEL's durations, largest first. */
const UNITS = [
  ["h", 3_600 * NS_PER_S],
  ["m", 60 * NS_PER_S],
  ["s", NS_PER_S],
  ["ms", NS_PER_MS],
  ["us", NS_PER_US],
  ["ns", 1],
] as const;
const NS_PER_UNIT: Readonly<Record<string, number>> = { ...Object.fromEntries(UNITS), µs: NS_PER_US };

const DURATION = /^(?:\d+(?:\.\d+)?(?:h|ms|m|s|us|µs|ns))+$/;
const PART = /(\d+(?:\.\d+)?)(h|ms|m|s|us|µs|ns)/g;

/** Nanoseconds of a duration as CEL writes it: `250ms`, `1.5s`, `1m30s`; undefined where the text is none. */
export function parseDurationNs(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined;
  let durationNs = 0;
  for (const [, amount, unit = "ns"] of text.matchAll(PART)) durationNs += Number(amount) * (NS_PER_UNIT[unit] ?? 1);
  const rounded = Math.round(durationNs);
  return Number.isSafeInteger(rounded) ? rounded : undefined;
}

/** A duration as CEL writes it, exact, in the largest unit that needs no fraction. */
export function printDuration(durationNs: number): string {
  const [unit, size] = UNITS.find(([, size]) => durationNs % size === 0) ?? ["ns", 1];
  return `${durationNs / size}${unit}`;
}

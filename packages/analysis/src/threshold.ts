/** A number that judgements are held against. Its unit is the end of its name: `…Ns`, `…Bytes`, `…Ratio` (0 to 1), `…Times`, else a count. */
export interface Threshold<Name extends string = string> {
  readonly name: Name;
  readonly standard: number;
  /** One line: what lies beyond it. */
  readonly meaning: string;
}

/** Declares one threshold with its default. */
export function threshold<const Name extends string>(name: Name, standard: number, meaning: string): Threshold<Name> {
  return { name, standard, meaning };
}

/** What a threshold is counted in. */
export type ThresholdUnit = "ns" | "bytes" | "ratio" | "times" | "count";

const UNITS: readonly (readonly [ending: string, unit: ThresholdUnit])[] = [
  ["Ns", "ns"],
  ["Bytes", "bytes"],
  ["Ratio", "ratio"],
  ["Times", "times"],
];

/** The unit of a threshold, by its name. */
export function thresholdUnit(name: string): ThresholdUnit {
  return UNITS.find(([ending]) => name.endsWith(ending))?.[1] ?? "count";
}

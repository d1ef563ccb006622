/**
 * OpenTelemetry's consistent probability sampling: a trace has 56 random bits R, whoever samples has a threshold T, and keeps what has R ≥ T. So who samples twice keeps a part of what the first
 * one kept, and the larger T tells the probability (https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/).
 */

/** Probability 1 less the threshold, as 56 bits: 0 keeps everything. */
export type SamplingThreshold = bigint;

const RANDOM_DIGITS = 14;
const ALL = 1n << 56n;
const HEX = /^[0-9a-f]{1,14}$/;

/** The random bits of a trace: those that `tracestate` says (`rv`), else the last of its id. */
export function traceRandomness(traceId: string, traceState: string): bigint {
  const said = otValue(traceState, "rv");
  const digits = said?.length === RANDOM_DIGITS && HEX.test(said) ? said : traceId.slice(-RANDOM_DIGITS);
  return BigInt(`0x${digits}`);
}

/** The threshold by which a span was sampled before it came here; 0 where it does not say. */
export function samplingThreshold(traceState: string): SamplingThreshold {
  const digits = otValue(traceState, "th");
  return digits !== undefined && HEX.test(digits) ? BigInt(`0x${digits.padEnd(RANDOM_DIGITS, "0")}`) : 0n;
}

/** How many spans one stands for that was kept at this threshold: one by its probability. */
export function samplingWeight(threshold: SamplingThreshold): number {
  return Number(ALL) / Number(ALL - threshold);
}

/** A `tracestate` that tells the threshold. Its vendor's part stands first, as whoever changes a part has to do; all else is kept. */
export function withThreshold(traceState: string, threshold: SamplingThreshold): string {
  const members = membersOf(traceState);
  const others = otParts(members).filter((part) => !part.startsWith("th:"));
  const digits = threshold.toString(16).padStart(RANDOM_DIGITS, "0").replace(/0+$/, "");
  const own = `ot=${[`th:${digits === "" ? "0" : digits}`, ...others].join(";")}`;
  return [own, ...members.filter((member) => !member.startsWith("ot="))].join(",");
}

function otValue(traceState: string, key: "rv" | "th"): string | undefined {
  if (traceState === "") return undefined;
  const found = otParts(membersOf(traceState)).find((part) => part.startsWith(`${key}:`));
  return found?.slice(key.length + 1);
}

function membersOf(traceState: string): string[] {
  return traceState
    .split(",")
    .map((member) => member.trim())
    .filter((member) => member !== "");
}

function otParts(members: readonly string[]): string[] {
  const own = members.find((member) => member.startsWith("ot="));
  return own === undefined || own === "ot=" ? [] : own.slice("ot=".length).split(";");
}

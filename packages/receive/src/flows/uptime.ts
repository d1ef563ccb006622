export const NS_PER_MS = 1_000_000n;
const NS_PER_S = 1_000_000_000n;

/** When a device started, by its clock and by how long it is up: flows name their times by the second of these. */
export function bootUnixNs(unixSeconds: number, nanoseconds: number, uptimeMs: number): bigint {
  return BigInt(unixSeconds) * NS_PER_S + BigInt(nanoseconds) - BigInt(uptimeMs) * NS_PER_MS;
}

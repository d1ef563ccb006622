export const NS_PER_MS = 1_000_000n;
const UPTIME_BITS = 32;
const NS_PER_S = 1_000_000_000n;

/** When a device started, by its clock and by how long it is up: flows name their times by the second of these. */
export function bootUnixNs(unixSeconds: number, nanoseconds: number, uptimeMs: number): bigint {
  return BigInt(unixSeconds) * NS_PER_S + BigInt(nanoseconds) - BigInt(uptimeMs) * NS_PER_MS;
}

/**
 * The moment of an uptime that a device tells. Uptimes have 32 bits of milliseconds and begin anew every 49.7 days, between a flow and its record too: of the moments that it may be
 * it is the one nearest to when the record was sent.
 */
export function uptimeUnixNs(bootUnixNs: bigint, uptimeMs: number, sentUnixNs: bigint): bigint {
  const agoNs = sentUnixNs - (bootUnixNs + BigInt(uptimeMs) * NS_PER_MS);
  return sentUnixNs - (BigInt.asIntN(UPTIME_BITS, agoNs / NS_PER_MS) * NS_PER_MS + (agoNs % NS_PER_MS));
}

/** Values from which systems count the TTL down. */
const INITIAL_TTLS = [32, 64, 128, 255] as const;

/**
 * Routers that a packet passed, guessed from its TTL. Systems often send resets with another initial TTL than data, so that distances
 * are compared and not TTLs.
 */
export function hopsOf(ttl: number): number {
  return (INITIAL_TTLS.find((initial) => ttl <= initial) ?? 255) - ttl;
}

/** True where a reset came from another distance than its side's own packets: it was sent by somebody else. Undefined where one is unknown. */
export function isFromElsewhere(resetTtl: number | undefined, ownTtl: number | undefined): boolean | undefined {
  if (resetTtl === undefined || ownTtl === undefined) return undefined;
  return Math.abs(hopsOf(resetTtl) - hopsOf(ownTtl)) > 1;
}

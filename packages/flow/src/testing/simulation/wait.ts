import type { StallReason } from "@weir/model";

/** A time in which a host did nothing, and what it waited for: told by the host itself, not by the packets. */
export interface Wait {
  readonly reason: StallReason;
  readonly fromNs: number;
  readonly toNs: number;
}

/** What was waited for during most of a time; both hosts may have waited. None where the packets simply took so long. */
export function mainWaits(waits: readonly Wait[], fromNs: number, toNs: number): ReadonlySet<StallReason> {
  const isMost = (wait: Wait) => Math.min(toNs, wait.toNs) - Math.max(fromNs, wait.fromNs) > (toNs - fromNs) / 2;
  return new Set(waits.filter(isMost).map(({ reason }) => reason));
}

import type { StallReason } from "@weir/model";

/** A time in which a host did nothing, and what it waited for: told by the host itself, not by the packets. */
export interface Wait {
  readonly reason: StallReason;
  readonly fromNs: number;
  readonly toNs: number;
}

/** What was waited for during most of a time; undefined where the packets simply took so long. */
export function mainWait(waits: readonly Wait[], fromNs: number, toNs: number): StallReason | undefined {
  let longestNs = (toNs - fromNs) / 2;
  let reason: StallReason | undefined;
  for (const wait of waits) {
    const sharedNs = Math.min(toNs, wait.toNs) - Math.max(fromNs, wait.fromNs);
    if (sharedNs <= longestNs) continue;
    longestNs = sharedNs;
    reason = wait.reason;
  }
  return reason;
}

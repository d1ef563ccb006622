import { TcpFlag } from "@weir/wire";
import type { CapturedSighting } from "./record.ts";
import type { SideName } from "./segment.ts";

/**
 * How long a side's window stood at zero, in nanoseconds, as the vantage could know it: at each moment by what that side sent last, not by what
 * came last. A window that stays closed counts until the last packet.
 */
export function zeroWindowNs(captured: readonly CapturedSighting[], side: SideName): number {
  let newestId = -1;
  let sinceNs: number | undefined;
  let totalNs = 0;
  for (const { segment, atNs } of captured) {
    if (segment.from !== side || (segment.flags & (TcpFlag.syn | TcpFlag.rst)) !== 0 || segment.id < newestId) continue;
    newestId = segment.id;
    if (segment.windowBytes === 0) sinceNs ??= atNs;
    else if (sinceNs !== undefined) {
      totalNs += atNs - sinceNs;
      sinceNs = undefined;
    }
  }
  const lastNs = captured.at(-1)?.atNs ?? 0;
  return totalNs + (sinceNs === undefined ? 0 : lastNs - sinceNs);
}

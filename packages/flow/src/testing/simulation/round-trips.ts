import { TcpFlag } from "@weir/wire";
import type { CapturedSighting } from "./record.ts";
import { otherSide, type SideName } from "./segment.ts";

/** True round trips between the vantage and one side, in nanoseconds: the network's time alone, without what the host waited before it answered. */
export interface RoundTrips {
  readonly samples: number;
  readonly minNs: number;
  readonly meanNs: number;
  /** The round trip of the handshake alone; undefined where the capture does not show it. */
  readonly handshakeNs: number | undefined;
  /** What the vantage sees of those of payload: with what the host waited before it answered. */
  readonly visibleNs: readonly number[];
}

/** The round trips of what a side sent: to the other side and back. */
export function roundTripsOf(captured: readonly CapturedSighting[], side: SideName): RoundTrips {
  const samples: number[] = [];
  const visibleNs: number[] = [];
  let handshakeNs: number | undefined;
  for (const { segment, atNs } of captured) {
    const { answers, from, sentAtNs } = segment;
    if (from !== otherSide(side) || answers === undefined) continue;
    const networkNs = answers.arrivedAtNs - answers.vantageAtNs + (atNs - sentAtNs);
    if ((answers.segment.flags & TcpFlag.syn) !== 0) handshakeNs ??= networkNs;
    else {
      samples.push(networkNs);
      if (answers.segment.payloadBytes > 0) visibleNs.push(atNs - answers.vantageAtNs);
    }
  }
  const sum = samples.reduce((total, sample) => total + sample, 0);
  return {
    samples: samples.length,
    minNs: Math.min(...samples),
    meanNs: sum / samples.length,
    handshakeNs,
    visibleNs,
  };
}

import { NEVER, SideCounters } from "../side.ts";
import { SequenceState } from "./analysis.ts";
import type { StreamAssembler } from "./assembler.ts";

/** Everything kept of what one TCP side sent. */
export class TcpSide extends SideCounters {
  readonly sequence = new SequenceState();
  assembler: StreamAssembler | undefined;
  retransmissions = 0;
  dataRetransmissions = 0;
  fastRetransmissions = 0;
  spuriousRetransmissions = 0;
  outOfOrder = 0;
  lostSegments = 0;
  unseenAcked = 0;
  duplicateAcks = 0;
  zeroWindows = 0;
  zeroWindowNs = 0;
  /** When its window closed; -1 while it is open. */
  zeroWindowSinceNs = NEVER;
  zeroWindowProbes = 0;
  windowFull = 0;
  windowUpdates = 0;
  keepAlives = 0;
  keepAliveAcks = 0;
  minWindowBytes = -1;
  maxSegmentBytes = -1;
  announcedWindowScale = -1;
  sackPermitted = false;
  fins = 0;
  resets = 0;
  /** Highest end of payload that this side sent, for goodput. */
  goodEnd = 0;
  hasGoodEnd = false;

  // Round trips: this side's data until the other side's ACK. One segment is timed at a time, none that was sent twice (Karn).
  timedEnd = 0;
  timedAtNs = NEVER;
  rttSamples = 0;
  rttSumNs = 0;
  rttMinNs = Number.POSITIVE_INFINITY;
  rttMaxNs = 0;

  /** Takes a round-trip sample. */
  sampleRtt(durationNs: number): void {
    this.rttSamples += 1;
    this.rttSumNs += durationNs;
    if (durationNs < this.rttMinNs) this.rttMinNs = durationNs;
    if (durationNs > this.rttMaxNs) this.rttMaxNs = durationNs;
  }
}

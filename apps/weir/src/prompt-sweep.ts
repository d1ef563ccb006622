import type { Pipeline } from "@weir/pipeline";
import { Packet } from "@weir/wire";

/** Packets between two looks of the flow engine at what is over and what is idle. */
const SWEEP_PACKETS = 1 << 16;

/**
 * Makes a pipeline hand out finished connections now. It looks for them once in so many packets, which is right for a file and too late for
 * somebody who watches a quiet one grow; as many packets without content, at the time of the last real one, bring the look about.
 */
export class PromptSweep {
  readonly #blank = new Packet();

  /** Notes where the capture stands. */
  packet({ number, atNs }: Packet): void {
    this.#blank.number = number;
    this.#blank.atNs = atNs;
  }

  /** Hands out what is finished. Costs less than a millisecond. */
  run(pipeline: Pipeline, startUnixNs: bigint): void {
    if (this.#blank.number === 0) return;
    for (let count = 0; count < SWEEP_PACKETS; count += 1) pipeline.packet(this.#blank, startUnixNs);
  }
}

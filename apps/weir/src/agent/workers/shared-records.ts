import type { AnalysisConfig } from "@weir/analysis";
import type { Capture } from "@weir/model";
import { LiveJudge } from "../live-judge.ts";
import type { LiveRecord } from "../messages.ts";

/** Records of several workers, joined: what takes all of them to tell is told here. */
export class SharedRecords {
  readonly #judge: LiveJudge;
  #out: LiveRecord[] = [];

  constructor(captureId: string, config: AnalysisConfig) {
    this.#judge = new LiveJudge(captureId, config, {
      connection: (record) => void this.#out.push({ kind: "connection", record, report: "end" }),
      call: (record) => void this.#out.push({ kind: "call", record }),
      retry: (record) => void this.#out.push({ kind: "retry", record }),
      delivery: (record) => void this.#out.push({ kind: "delivery", record }),
      finding: (record) => void this.#out.push({ kind: "finding", record }),
    });
  }

  get counts(): LiveJudge["counts"] {
    return this.#judge.counts;
  }

  /** One worker's records, judged. A worker's own capture is a part of the whole, which is told at the end. */
  judged(records: readonly LiveRecord[]): readonly LiveRecord[] {
    for (const live of records) this.#take(live);
    return this.#rest();
  }

  /** Time goes on. */
  tick(unixNs: bigint): readonly LiveRecord[] {
    this.#judge.tick(unixNs);
    return this.#rest();
  }

  /** Nothing more comes: what was still to be told, and the capture that all of it was. */
  finish(capture: (counts: LiveJudge["counts"]) => Capture | undefined): readonly LiveRecord[] {
    this.#judge.finish();
    const record = capture(this.#judge.counts);
    if (record !== undefined) this.#out.push({ kind: "capture", record });
    return this.#rest();
  }

  #take(live: LiveRecord): void {
    if (live.kind === "call") this.#judge.call(live.record);
    else if (live.kind === "connection" && live.report === "end") this.#judge.connection(live.record);
    else if (live.kind !== "capture") this.#out.push(live);
  }

  #rest(): readonly LiveRecord[] {
    const out = this.#out;
    this.#out = [];
    return out;
  }
}

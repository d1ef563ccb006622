import { type AnalysisConfig, createKernelDetectors, type FailedConnect, FailedConnectsDetector } from "@weir/analysis";
import { LiveFindings } from "../findings.ts";
import type { LiveRecord } from "../messages.ts";

/** Findings are made of so much time, as those of packets are. */
const FINDINGS_EVERY_MS = 300_000;

/** Makes findings of what the kernel told of connections. It stands where records are complete: the capture worker, which judges packets, does not hear the kernel. */
export class KernelFindings {
  readonly #findings: LiveFindings;
  readonly #unseen: (isLast: boolean) => readonly FailedConnect[];
  /** Of this window. */
  #failed = new FailedConnectsDetector();
  #dueMs: number;

  /** `unseen` has attempts to connect that failed without packets, since it was asked last. */
  constructor(
    captureId: string,
    config: AnalysisConfig,
    unseen: (isLast: boolean) => readonly FailedConnect[],
    nowMs: number,
  ) {
    this.#unseen = unseen;
    this.#findings = new LiveFindings(captureId, config, (thresholds) => {
      this.#failed = new FailedConnectsDetector();
      return [...createKernelDetectors(thresholds), this.#failed];
    });
    this.#dueMs = nowMs + FINDINGS_EVERY_MS;
  }

  /** The same records, and what was found: when its time has come, and before the capture's own record, which is the last. */
  judged(records: readonly LiveRecord[], nowMs: number): readonly LiveRecord[] {
    for (const live of records)
      if (live.kind === "connection" && live.report === "end") this.#findings.connection(live.record);
    const isLast = records.some(({ kind }) => kind === "capture");
    for (const attempt of this.#unseen(isLast)) this.#failed.failed(attempt);
    const last = records.findIndex(({ kind }) => kind === "capture");
    if (last < 0 && nowMs < this.#dueMs) return records;
    this.#dueMs = nowMs + FINDINGS_EVERY_MS;
    const found = this.#findings.take().map((record): LiveRecord => ({ kind: "finding", record }));
    return last < 0 ? [...records, ...found] : records.toSpliced(last, 0, ...found);
  }
}

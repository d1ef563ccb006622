import { type AnalysisConfig, createKernelDetectors } from "@weir/analysis";
import { LiveFindings } from "../findings.ts";
import type { LiveRecord } from "../messages.ts";

/** Findings are made of so much time, as those of packets are. */
const FINDINGS_EVERY_MS = 300_000;

/** Makes findings of what the kernel told of connections. It stands where records are complete: the capture worker, which judges packets, does not hear the kernel. */
export class KernelFindings {
  readonly #findings: LiveFindings;
  #dueMs: number;

  constructor(captureId: string, config: AnalysisConfig, nowMs: number) {
    this.#findings = new LiveFindings(captureId, config, createKernelDetectors);
    this.#dueMs = nowMs + FINDINGS_EVERY_MS;
  }

  /** The same records, and what was found: when its time has come, and before the capture's own record, which is the last. */
  judged(records: readonly LiveRecord[], nowMs: number): readonly LiveRecord[] {
    for (const live of records)
      if (live.kind === "connection" && live.report === "end") this.#findings.connection(live.record);
    const last = records.findIndex(({ kind }) => kind === "capture");
    if (last < 0 && nowMs < this.#dueMs) return records;
    this.#dueMs = nowMs + FINDINGS_EVERY_MS;
    const found = this.#findings.take().map((record): LiveRecord => ({ kind: "finding", record }));
    return last < 0 ? [...records, ...found] : records.toSpliced(last, 0, ...found);
  }
}

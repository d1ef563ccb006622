import { type AnalysisConfig, createDetectors, rankFindings } from "@weir/analysis";
import type { Call, Connection, Finding, Retry } from "@weir/model";

/** Judges live records window by window: what was found in one says nothing of the next. */
export class LiveFindings {
  readonly #config: AnalysisConfig;
  readonly #captureId: string;
  #detectors: ReturnType<typeof createDetectors>;
  #window = 0;

  constructor(captureId: string, config: AnalysisConfig) {
    this.#captureId = captureId;
    this.#config = config;
    this.#detectors = createDetectors(config);
  }

  connection(connection: Connection): void {
    for (const detector of this.#detectors) detector.connection?.(connection);
  }

  call(call: Call): void {
    for (const detector of this.#detectors) detector.call?.(call);
  }

  retry(retry: Retry): void {
    for (const detector of this.#detectors) detector.retry?.(retry);
  }

  /** What was found since it was asked last. Ids tell one window from the next. */
  take(): Finding[] {
    this.#window += 1;
    const found = rankFindings(
      this.#detectors.flatMap((detector) => detector.finish(`${this.#captureId}-${this.#window}`)),
    );
    this.#detectors = createDetectors(this.#config);
    return found.map((finding) => ({ ...finding, captureId: this.#captureId }));
  }
}

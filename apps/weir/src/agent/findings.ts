import { type AnalysisConfig, createDetectors, type Detector, rankFindings } from "@weir/analysis";
import type { Call, Connection, Finding, Retry } from "@weir/model";

/** Judges live records window by window: what was found in one says nothing of the next. */
export class LiveFindings {
  readonly #config: AnalysisConfig;
  readonly #captureId: string;
  readonly #create: (config: AnalysisConfig) => readonly Detector[];
  #detectors: readonly Detector[];
  #window = 0;

  /** `create` makes the detectors of a window. */
  constructor(
    captureId: string,
    config: AnalysisConfig,
    create: (config: AnalysisConfig) => readonly Detector[] = createDetectors,
  ) {
    this.#captureId = captureId;
    this.#config = config;
    this.#create = create;
    this.#detectors = create(config);
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
    this.#detectors = this.#create(this.#config);
    return found.map((finding) => ({ ...finding, captureId: this.#captureId }));
  }
}

import type { AnalysisConfig } from "@weir/analysis";
import type { Call, Capture, Connection, Delivery, Finding, Retry } from "@weir/model";
import type { ConnectionReport, OpenEnds, RecordSink } from "@weir/pipeline";
import { RecordCounter } from "../record-counter.ts";
import { LiveFindings } from "./findings.ts";

/** Receives live records: connections with reports, calls, and findings window by window. */
export interface LiveSink extends RecordSink {
  finding(finding: Finding): void;
}

/** Findings are made of so much time. */
const FINDINGS_EVERY_NS = 300_000_000_000n;

/** What takes all records of a run to tell: verdicts, attempts that belong together, what was published and delivered, and findings window by window. */
export class LiveJudge implements RecordSink {
  readonly #sink: LiveSink;
  readonly #counter: RecordCounter;
  readonly #findings: LiveFindings;
  #findingsDue = 0n;
  /** Absent where nobody wants to hear of connections that go on. */
  readonly update?: (connection: Connection, report: ConnectionReport) => void;
  readonly open?: (ends: OpenEnds) => void;

  constructor(captureId: string, config: AnalysisConfig, sink: LiveSink) {
    this.#sink = sink;
    this.#findings = new LiveFindings(captureId, config);
    this.#counter = new RecordCounter(this.#seen(sink), config);
    if (sink.open !== undefined) this.open = (ends) => sink.open?.(ends);
    if (sink.update !== undefined) this.update = (connection, report) => sink.update?.(connection, report);
  }

  connection(connection: Connection): void {
    this.#counter.connection(connection);
  }

  call(call: Call): void {
    this.#counter.call(call);
  }

  /** Time goes on: findings are made when theirs has come. */
  tick(unixNs: bigint): void {
    if (this.#findingsDue === 0n) this.#findingsDue = unixNs + FINDINGS_EVERY_NS;
    if (unixNs < this.#findingsDue) return;
    this.#findingsDue = unixNs + FINDINGS_EVERY_NS;
    this.#tellFindings();
  }

  /** Nothing more comes. */
  finish(): void {
    this.#counter.finish();
    this.#tellFindings();
  }

  /** What was counted, and where the packets were seen as far as they tell. */
  get counts(): Pick<Capture, "connections" | "calls" | "vantage"> {
    const { connections, calls } = this.#counter;
    return { connections, calls, vantage: this.#counter.vantage() };
  }

  #tellFindings(): void {
    for (const finding of this.#findings.take()) this.#sink.finding(finding);
  }

  /** Records on their way out, which the detectors see as well. */
  #seen(sink: LiveSink): RecordSink {
    const findings = this.#findings;
    return {
      connection(connection) {
        findings.connection(connection);
        sink.connection(connection);
      },
      call(call) {
        findings.call(call);
        sink.call(call);
      },
      retry(retry: Retry) {
        findings.retry(retry);
        sink.retry?.(retry);
      },
      delivery: (delivery: Delivery) => sink.delivery?.(delivery),
    };
  }
}

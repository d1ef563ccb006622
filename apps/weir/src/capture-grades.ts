import { type Call, type Connection, type GradeReason, gradeOf } from "@weir/model";
import type { ConnectionReport, RecordSink } from "@weir/pipeline";
import type { CaptureSummary } from "@weir/wire";

/** Connections that wait for the capture's last word at most; further ones go on without it. */
const MAX_WAITING = 10_000;

export interface CaptureGradesOptions {
  /** What is known of the capture so far. */
  readonly summary: CaptureSummary;
  /** Only one of so many packets was captured, by choice. */
  readonly sampling?: number | undefined;
  /** Nothing waits: for who watches connections come. */
  readonly isPrompt: boolean;
}

/**
 * Gives records the grade reasons that lie in their capture. A connection that misses packets in a capture that lost some may owe it to that: it is graded
 * `captureLoss`. pcapng may say so only at its end, so that such connections wait for it there. Where only some packets were captured by choice,
 * everything is `sampled`.
 */
export class CaptureGrades implements RecordSink {
  readonly #sink: RecordSink;
  readonly #options: CaptureGradesOptions;
  readonly #waiting: Connection[] = [];
  /** Absent where nobody wants to hear of connections that go on. */
  readonly update?: (connection: Connection, report: ConnectionReport) => void;

  constructor(sink: RecordSink, options: CaptureGradesOptions) {
    this.#sink = sink;
    this.#options = options;
    if (sink.update !== undefined)
      this.update = (connection, report) => sink.update?.(this.#sampled(connection), report);
  }

  connection(connection: Connection): void {
    const graded = this.#sampled(connection);
    if (!missesPackets(graded)) this.#sink.connection(graded);
    else if (this.#hasLost) this.#sink.connection(withReason(graded, "captureLoss"));
    else if (this.#mayTellLater) this.#waiting.push(graded);
    else this.#sink.connection(graded);
  }

  call(call: Call): void {
    this.#sink.call(this.#sampled(call));
  }

  /** The capture is read: what waited goes on. */
  finish(): void {
    const { sampling, summary } = this.#options;
    const last = new CaptureGrades(this.#sink, { sampling, summary, isPrompt: true });
    for (const connection of this.#waiting.splice(0)) last.connection(connection);
  }

  get #hasLost(): boolean {
    return this.#options.summary.interfaces.some(({ droppedPackets }) => (droppedPackets ?? 0) > 0);
  }

  get #mayTellLater(): boolean {
    const { isPrompt, summary } = this.#options;
    return !isPrompt && summary.format === "pcapng" && this.#waiting.length < MAX_WAITING;
  }

  #sampled<Graded extends Connection | Call>(record: Graded): Graded {
    return this.#options.sampling === undefined ? record : withReason(record, "sampled");
  }
}

/** The record with one more reason, completed in place: it was handed over, and is large. */
export function withReason<Graded extends Connection | Call>(record: Graded, reason: GradeReason): Graded {
  const gradeReasons = record.gradeReasons as readonly GradeReason[];
  if (gradeReasons.includes(reason)) return record;
  const all = [...gradeReasons, reason];
  return Object.assign(record, { gradeReasons: all, grade: gradeOf(all) });
}

/** True where something of a connection is not in the capture: a jump in its numbers, or an ACK for what was not seen. */
export function missesPackets(connection: Connection): boolean {
  const { clientLostSegments, serverLostSegments, clientUnseenAcked, serverUnseenAcked } = connection;
  const { clientNotCapturedBytes, serverNotCapturedBytes } = connection;
  const missing = clientLostSegments + serverLostSegments + clientUnseenAcked + serverUnseenAcked;
  return missing + clientNotCapturedBytes + serverNotCapturedBytes > 0;
}

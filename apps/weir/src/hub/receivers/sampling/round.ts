import {
  NO_INTEREST,
  noteSpan,
  type OperationBaseline,
  type TraceInterest,
  traceRandomness,
  type WaitingTrace,
} from "@weir/analysis";
import type { RoundDecision } from "./journal.ts";
import type { Segment } from "./segment.ts";
import type { SpanLine } from "./span-lines.ts";

/** A trace that waits: what is known of it; its spans lie in segments. */
export interface HeldTrace extends TraceInterest {
  readonly traceId: string;
  readonly randomness: bigint;
  spans: number;
}

/** The traces that began while one segment was written. They are decided when the next one is full: each has waited for one to two rounds. */
export class Round {
  readonly segment: Segment;
  readonly traces = new Map<string, HeldTrace>();
  readonly #beganAtMs: number;
  /** How long it took traces; known at its end. */
  tookMs = 0;
  /** Spans of its traces, wherever they lie. */
  spans = 0;
  /** Bytes of its segment. */
  bytes = 0;
  /** From when to when its spans were, as they say. */
  firstNs = 0n;
  lastNs = 0n;
  readonly decided: Promise<RoundDecision>;
  #decide: (decision: RoundDecision) => void = () => undefined;

  constructor(segment: Segment, nowMs: number) {
    this.segment = segment;
    this.#beganAtMs = nowMs;
    this.decided = new Promise((resolve) => {
      this.#decide = resolve;
    });
  }

  /** Takes spans of one of its traces. */
  note(traceId: string, spans: readonly SpanLine[], baseline: OperationBaseline, nowMs: number): void {
    const trace = this.traces.get(traceId) ?? this.#begin(traceId, spans[0]?.span.TraceState ?? "");
    trace.spans += spans.length;
    this.spans += spans.length;
    for (const { span } of spans) {
      noteSpan(span, trace, baseline, nowMs);
      const endNs = span.Timestamp + span.Duration;
      if (this.firstNs === 0n || span.Timestamp < this.firstNs) this.firstNs = span.Timestamp;
      if (endNs > this.lastNs) this.lastNs = endNs;
    }
  }

  /** True where it has nothing on the disk. */
  get isEmpty(): boolean {
    return this.bytes === 0 && this.traces.size === 0;
  }

  end(nowMs: number): void {
    this.tookMs = nowMs - this.#beganAtMs;
  }

  /** Lets go of its traces, and of who waits for what becomes of them. */
  settle(decision: RoundDecision): void {
    this.traces.clear();
    this.spans = 0;
    this.#decide(decision);
  }

  /** Its traces as they are decided. */
  waiting(evidence: ReadonlySet<string>): WaitingTrace[] {
    return [...this.traces.values()].map((trace) => ({ ...trace, isEvidence: evidence.has(trace.traceId) }));
  }

  #begin(traceId: string, traceState: string): HeldTrace {
    const trace = { ...NO_INTEREST, traceId, randomness: traceRandomness(traceId, traceState), spans: 0 };
    this.traces.set(traceId, trace);
    return trace;
  }
}

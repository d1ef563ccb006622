import { KEEP_REASONS, type KeepReason } from "@weir/analysis";
import type { SamplingView } from "@weir/http-contract";
import type { RoundDecision } from "./journal.ts";
import type { Round } from "./round.ts";

interface Decided {
  traces: number;
  spans: number;
}

/** What sampling has kept and left out since the hub started. */
export class SamplingCounts {
  readonly #kept = new Map<KeepReason, Decided>(KEEP_REASONS.map((reason) => [reason, { traces: 0, spans: 0 }]));
  readonly #dropped: Decided = { traces: 0, spans: 0 };
  #lateKept = 0;
  #lateDropped = 0;
  /** Spans of kept traces that the store would not take. */
  refused = 0;

  /** A round that is decided and still knows its traces. */
  decided({ traces }: Round, { kept }: RoundDecision): void {
    for (const { traceId, spans } of traces.values()) {
      const reason = kept.get(traceId)?.reason;
      const counted = reason === undefined ? this.#dropped : this.#kept.get(reason);
      if (counted === undefined) continue;
      counted.traces += 1;
      counted.spans += spans;
    }
  }

  /** Spans that came after their trace was decided. */
  late(spans: number, areKept: boolean): void {
    if (areKept) this.#lateKept += spans;
    else this.#lateDropped += spans;
  }

  view(): Pick<SamplingView, "kept" | "dropped" | "lateSpansKept" | "lateSpansDropped" | "refusedSpans"> {
    return {
      kept: [...this.#kept].map(([reason, decided]) => ({ reason, ...decided })),
      dropped: { ...this.#dropped },
      lateSpansKept: this.#lateKept,
      lateSpansDropped: this.#lateDropped,
      refusedSpans: this.refused,
    };
  }
}

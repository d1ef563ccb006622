import type { Call, SpanReference } from "@weir/model";
import { EvidenceCollector } from "../../evidence.ts";
import type { JoinedExchange } from "../exchange.ts";

/** Spans that are named as evidence at most. */
const KEPT_SPANS = 20;

/** Exchanges that prove a finding: their calls with packets, and their spans. */
export class ExchangeEvidence {
  readonly records = new EvidenceCollector();
  readonly spans: SpanReference[] = [];
  readonly #captures = new Map<string, number>();
  count = 0;

  add(exchange: JoinedExchange, call: Call | undefined = exchange.hops.at(-1)?.atServer): void {
    this.count += 1;
    if (call !== undefined) {
      this.records.call(call);
      this.#captures.set(call.captureId, (this.#captures.get(call.captureId) ?? 0) + 1);
    }
    for (const span of [exchange.clientSpan, exchange.serverSpan])
      if (span !== undefined && this.spans.length < KEPT_SPANS)
        this.spans.push({ traceId: span.traceId, spanId: span.spanId });
  }

  /** The capture that saw most of it; empty where no packet is among it. */
  get captureId(): string {
    const [most] = [...this.#captures].sort(([, a], [, b]) => b - a);
    return most?.[0] ?? "";
  }
}

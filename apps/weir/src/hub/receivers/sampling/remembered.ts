import type { KeptTrace } from "@weir/analysis";
import type { RoundDecision } from "./journal.ts";

/** Traces whose decision is remembered; spans that come later begin a trace anew. */
const MAX_REMEMBERED = 200_000;

/** What was decided of the last traces, for spans that come late. */
export class RememberedTraces {
  readonly #traces = new Map<string, KeptTrace | "dropped">();

  add({ kept, dropped }: RoundDecision): void {
    for (const [traceId, decision] of kept) this.#traces.set(traceId, decision);
    for (const traceId of dropped) this.#traces.set(traceId, "dropped");
    for (const oldest of this.#traces.keys()) {
      if (this.#traces.size <= MAX_REMEMBERED) break;
      this.#traces.delete(oldest);
    }
  }

  get(traceId: string): KeptTrace | "dropped" | undefined {
    return this.#traces.get(traceId);
  }
}

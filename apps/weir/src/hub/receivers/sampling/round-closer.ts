import { setTimeout as sleep } from "node:timers/promises";
import { decideTraces, type WaitingTrace } from "@weir/analysis";
import { WeirError } from "@weir/base";
import type { SamplingCounts } from "./counts.ts";
import type { Journal, RoundDecision } from "./journal.ts";
import { type SpanStore, storeKept } from "./kept-spans.ts";
import type { Round } from "./round.ts";
import type { Segment } from "./segment.ts";

/** Those of these traces whose packets prove a finding, or show a failure. */
export type EvidenceOf = (traceIds: readonly string[], firstNs: bigint, lastNs: bigint) => Promise<ReadonlySet<string>>;

const PAUSE_MS = 1_000;

/** Decides rounds that have waited, and stores what is kept: each step may be done again, and is until it succeeds. */
export class RoundCloser {
  readonly #journal: Journal;
  readonly #batcher: SpanStore;
  readonly #evidenceOf: EvidenceOf;
  readonly #counts: SamplingCounts;
  #isStopping = false;
  /** What is in the way; undefined while nothing is. */
  problem: string | undefined;

  constructor(journal: Journal, batcher: SpanStore, evidenceOf: EvidenceOf, counts: SamplingCounts) {
    this.#journal = journal;
    this.#batcher = batcher;
    this.#evidenceOf = evidenceOf;
    this.#counts = counts;
  }

  /** `budget`: how many traces are kept, without those that are kept in any case. Resolves with the decision when it is on the disk; undefined where the hub stops before. */
  decide(round: Round, budget: number): Promise<RoundDecision | undefined> {
    return this.#untilDone(async () => {
      const { number } = round.segment;
      const known = await this.#journal.decision(number);
      if (known !== undefined) return known;
      const decision = await this.#decision(round, budget);
      await this.#journal.decide(number, decision);
      this.#counts.decided(round, decision);
      return decision;
    });
  }

  /** Stores what is kept of a round and lets go of its segment. `next`: the segment behind it, which is full. */
  async store(round: Round, next: Segment, { kept }: RoundDecision): Promise<void> {
    await this.#untilDone(async () => {
      this.#counts.refused += await storeKept(round.segment, next, kept, this.#batcher);
      await this.#journal.remove(round.segment);
      return true;
    });
  }

  /** Gives up what does not succeed at once: it lies on the disk for the next start. */
  stop(): void {
    this.#isStopping = true;
  }

  async #decision(round: Round, budget: number): Promise<RoundDecision> {
    const unsure = [...round.traces.values()].filter(({ hasError }) => !hasError).map(({ traceId }) => traceId);
    const isAll = budget === Number.POSITIVE_INFINITY || unsure.length === 0;
    const evidence = isAll ? NO_EVIDENCE : await this.#evidenceOf(unsure, round.firstNs, round.lastNs);
    const waiting: WaitingTrace[] = round.waiting(evidence);
    const kept = decideTraces(waiting, budget);
    const dropped = new Set(waiting.flatMap(({ traceId }) => (kept.has(traceId) ? [] : [traceId])));
    return { kept, dropped };
  }

  async #untilDone<Result>(attempt: () => Promise<Result>): Promise<Result | undefined> {
    for (;;) {
      try {
        const result = await attempt();
        this.problem = undefined;
        return result;
      } catch (error) {
        if (!isOfTheWorld(error)) throw error;
        this.problem = error.message;
        if (this.#isStopping) return undefined;
        await sleep(PAUSE_MS);
      }
    }
  }
}

const NO_EVIDENCE: ReadonlySet<string> = new Set();

/** The store's and the disk's failures pass; a bug of ours does not. */
function isOfTheWorld(error: unknown): error is Error {
  return error instanceof WeirError || (error instanceof Error && "syscall" in error);
}

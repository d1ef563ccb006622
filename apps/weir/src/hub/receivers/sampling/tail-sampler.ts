import { type KeptTrace, OperationBaseline } from "@weir/analysis";
import type { SamplingView } from "@weir/http-contract";
import { otelTraces } from "@weir/model";
import { type EncodedRows, encodeRows } from "@weir/native";
import type { Refused } from "@weir/storage";
import { busy } from "../failure.ts";
import { SamplingCounts } from "./counts.ts";
import { encodeFrame, framesOf } from "./frames.ts";
import { Journal } from "./journal.ts";
import type { SpanStore } from "./kept-spans.ts";
import { RememberedTraces } from "./remembered.ts";
import { Round } from "./round.ts";
import { type EvidenceOf, RoundCloser } from "./round-closer.ts";
import type { Segment } from "./segment.ts";
import { type SpanLine, spansOfBlocks, spansOfLines, weighted } from "./span-lines.ts";

/** How much is kept, and when that is decided. */
export interface TailSamplingOptions {
  /** Traces per second, without those that are kept in any case; infinite where all are kept. */
  readonly tracesPerSecond: number;
  /** Length of a round; a trace waits for one to two of them. */
  readonly roundMs: number;
}

/** A round ends early at these: under a burst traces wait less, rather than that more is held. */
const MAX_ROUND_BYTES = 32 << 20;
const MAX_ROUND_TRACES = 50_000;
/** What lies in segments at most; then senders are told to wait. */
const MAX_HELD_BYTES = 256 << 20;
const NONE: Refused = { rows: 0, example: "" };

/** Keeps spans on disk until their traces can be judged, then stores those of the traces that are kept. A span is acknowledged when it is on the disk, or in the store. */
export class TailSampler {
  readonly #options: TailSamplingOptions;
  readonly #journal: Journal;
  readonly #batcher: SpanStore;
  readonly #closer: RoundCloser;
  readonly #counts = new SamplingCounts();
  readonly #baseline = new OperationBaseline(Date.now());
  readonly #remembered = new RememberedTraces();
  /** Takes new traces. */
  #current: Round;
  /** Its traces still take spans; what it has waited for is the end of the current one. */
  #previous: Round | undefined;
  /** Are being decided and stored, the oldest first. */
  readonly #closing = new Set<Round>();
  #work: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  /** The part of a trace that the budget of the last round left over. */
  #credit = 0;

  private constructor(options: TailSamplingOptions, journal: Journal, batcher: SpanStore, evidenceOf: EvidenceOf) {
    this.#options = options;
    this.#journal = journal;
    this.#batcher = batcher;
    this.#closer = new RoundCloser(journal, batcher, evidenceOf, this.#counts);
    this.#current = new Round(journal.begin(), Date.now());
  }

  /** Opens the folder and goes on with what an earlier hub left there. */
  static async open(
    folder: string,
    options: TailSamplingOptions,
    batcher: SpanStore,
    evidenceOf: EvidenceOf,
  ): Promise<TailSampler> {
    const { journal, left } = await Journal.open(folder, Date.now());
    const sampler = new TailSampler(options, journal, batcher, evidenceOf);
    await sampler.#resume(left);
    return sampler;
  }

  /** True where `bytes` more can be held. */
  hasRoomFor(bytes: number): boolean {
    return this.#heldBytes() + bytes <= MAX_HELD_BYTES;
  }

  get state(): SamplingView {
    const rounds = this.#rounds();
    const { problem } = this.#closer;
    return {
      tracesPerSecond: this.#options.tracesPerSecond,
      roundSeconds: this.#options.roundMs / 1_000,
      waitingTraces: rounds.reduce((sum, { traces }) => sum + traces.size, 0),
      waitingSpans: rounds.reduce((sum, { spans }) => sum + spans, 0),
      waitingBytes: this.#heldBytes(),
      maxWaitingBytes: MAX_HELD_BYTES,
      uncomparedSpans: this.#baseline.overLimit,
      ...this.#counts.view(),
      ...(problem === undefined ? {} : { problem }),
    };
  }

  /** Takes spans. Resolves when they are on the disk, or, where their trace is decided already, stored or left out. */
  async add(pieces: readonly EncodedRows[]): Promise<Refused> {
    if (!this.hasRoomFor(pieces.reduce((sum, piece) => sum + piece.bytes.length, 0))) throw busy();
    const frames: Buffer[] = [];
    const late: Promise<Refused>[] = [];
    for (const [traceId, ofTrace] of byTrace(spansOfBlocks(pieces))) {
      const decision = this.#decisionOn(traceId);
      if (decision === undefined) frames.push(this.#hold(traceId, ofTrace));
      else late.push(decision.then((found) => this.#addLate(ofTrace, found)));
    }
    const round = this.#current;
    round.bytes += frames.reduce((sum, { length }) => sum + length, 0);
    const onDisk = frames.length === 0 ? undefined : round.segment.append(frames);
    if (round.bytes >= MAX_ROUND_BYTES || round.traces.size >= MAX_ROUND_TRACES) this.#turn();
    else if (frames.length > 0) this.#turnLater();
    const [refused] = await Promise.all([Promise.all(late), onDisk]);
    return refused.find((each) => each.rows > 0) ?? NONE;
  }

  /** Decides what waits, without waiting longer, and stores what is kept of it. */
  async finish(): Promise<void> {
    this.#turn();
    this.#turn();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#work;
  }

  /** The same for a hub that stops: what the store does not take at once stays on the disk for the next start. */
  async close(): Promise<void> {
    this.#closer.stop();
    await this.finish();
    await this.#current.segment.seal();
  }

  /** What became, or becomes, of a trace; undefined where it still waits, or is new. */
  #decisionOn(traceId: string): Promise<KeptTrace | "dropped"> | undefined {
    const known = this.#remembered.get(traceId);
    if (known !== undefined) return Promise.resolve(known);
    const closing = [...this.#closing].find(({ traces }) => traces.has(traceId));
    return closing?.decided.then(({ kept }) => kept.get(traceId) ?? "dropped");
  }

  #hold(traceId: string, spans: readonly SpanLine[]): Buffer {
    const round = this.#previous?.traces.has(traceId) === true ? this.#previous : this.#current;
    round.note(traceId, spans, this.#baseline, Date.now());
    return encodeFrame(
      traceId,
      spans.map(({ line }) => line),
    );
  }

  #addLate(spans: readonly SpanLine[], decision: KeptTrace | "dropped"): Promise<Refused> | Refused {
    this.#counts.late(spans.length, decision !== "dropped");
    if (decision === "dropped") return NONE;
    const rows = spans.map(({ span }) => weighted(span, decision));
    return this.#batcher.add(otelTraces, [...encodeRows(otelTraces, rows)]);
  }

  #turnLater(): void {
    this.#timer ??= setTimeout(() => this.#turn(), this.#options.roundMs);
  }

  /** Begins a round; the one before the last is closed. */
  #turn(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const [closing, full] = [this.#previous, this.#current];
    full.end(Date.now());
    this.#previous = full;
    this.#current = new Round(this.#journal.begin(), Date.now());
    const sealed = full.segment.seal();
    if (closing !== undefined) this.#closeAfter(sealed, closing, full.segment);
    if (full.spans > 0) this.#turnLater();
  }

  #closeAfter(sealed: Promise<void>, round: Round, next: Segment): void {
    if (round.isEmpty) return;
    this.#closing.add(round);
    this.#work = this.#work.then(() => sealed).then(() => this.#close(round, next));
  }

  async #close(round: Round, next: Segment): Promise<void> {
    const decision = await this.#closer.decide(round, this.#budgetOf(round));
    if (decision === undefined) return;
    this.#remembered.add(decision);
    round.settle(decision);
    await this.#closer.store(round, next, decision);
    this.#closing.delete(round);
  }

  /** Traces that a round may keep, by how long it took. */
  #budgetOf({ tookMs }: Round): number {
    const { tracesPerSecond, roundMs } = this.#options;
    const exact = this.#credit + (tracesPerSecond * Math.min(tookMs, roundMs)) / 1_000;
    if (!Number.isFinite(exact)) return exact;
    this.#credit = exact - Math.floor(exact);
    return Math.floor(exact);
  }

  /** Takes segments of an earlier hub as rounds that have just ended. */
  async #resume(segments: readonly Segment[]): Promise<void> {
    const rounds: Round[] = [];
    for (const segment of segments) rounds.push(await this.#resumed(segment, rounds.at(-1)));
    for (const [index, round] of rounds.entries()) {
      const next = segments[index + 1];
      if (next === undefined) this.#previous = round;
      else this.#closeAfter(Promise.resolve(), round, next);
    }
    if (rounds.length > 0) this.#turnLater();
  }

  async #resumed(segment: Segment, previous: Round | undefined): Promise<Round> {
    const round = new Round(segment, Date.now());
    const [before, own] = [
      await this.#journal.decisionBefore(segment.number),
      await this.#journal.decision(segment.number),
    ];
    for (const decision of [before, own]) if (decision !== undefined) this.#remembered.add(decision);
    for (const { traceId, bytes, payload } of framesOf(await segment.read())) {
      round.bytes += bytes;
      if (this.#remembered.get(traceId) !== undefined) continue;
      const of = previous?.traces.has(traceId) === true ? previous : round;
      of.note(traceId, [...spansOfLines(payload)], this.#baseline, Date.now());
    }
    round.end(Date.now() + this.#options.roundMs);
    return round;
  }

  #rounds(): Round[] {
    return [...this.#closing, ...(this.#previous === undefined ? [] : [this.#previous]), this.#current];
  }

  #heldBytes(): number {
    return this.#rounds().reduce((sum, { bytes }) => sum + bytes, 0);
  }
}

function byTrace(spans: Iterable<SpanLine>): ReadonlyMap<string, SpanLine[]> {
  const traces = new Map<string, SpanLine[]>();
  for (const span of spans) {
    const known = traces.get(span.span.TraceId);
    if (known === undefined) traces.set(span.span.TraceId, [span]);
    else known.push(span);
  }
  return traces;
}

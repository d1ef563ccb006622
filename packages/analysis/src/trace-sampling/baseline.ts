import { DDSketch } from "@datadog/sketches-js";

/** The past that a span is held against: this period so far, and the one before. */
const PERIOD_MS = 10 * 60_000;
/** Fewer than these in two periods are rare. */
const RARE_BELOW = 20;
/** So many must be known before one can be slow against them. */
const LEAST_FOR_SLOW = 100;
/** Slow is longer than this quantile, and than so many medians: where all take about as long, the last hundredth is nothing special. */
const SLOW_QUANTILE = 0.99;
const SLOW_MEDIANS = 2;
/** The quantiles are looked up again when there are so many more. */
const LOOK_AGAIN_RATIO = 1.1;
/** Operations of one period, and edges; further ones are neither slow nor rare. */
const MAX_KNOWN = 5_000;
const ACCURACY = 0.02;

/** How a span compares with those before it. */
export interface Compared {
  readonly isSlow: boolean;
  readonly isRare: boolean;
}

/** What operations usually take, how often they are seen, and who asks whom, over the last ten to twenty minutes. */
export class OperationBaseline {
  #now = new Period();
  #before = new Period();
  #beganAtMs: number;
  /** Spans that were not compared, as their operation was one too many. */
  overLimit = 0;

  constructor(nowMs: number) {
    this.#beganAtMs = nowMs;
  }

  /** Takes one span of an operation. */
  note(operation: string, durationNs: number, nowMs: number): Compared {
    this.#turn(nowMs);
    const known = this.#now.durationsOf(operation);
    if (known === undefined) {
      this.overLimit += 1;
      return { isSlow: false, isRare: false };
    }
    const before = this.#before.operations.get(operation);
    const limitNs = (before?.count ?? 0) >= LEAST_FOR_SLOW ? before?.slowAboveNs() : known.slowAboveNs();
    const isRare = known.count + (before?.count ?? 0) < RARE_BELOW;
    known.add(durationNs);
    return { isSlow: limitNs !== undefined && durationNs > limitNs, isRare };
  }

  /** Takes one span that asks somebody; true where that is seldom seen. */
  noteEdge(edge: string, nowMs: number): boolean {
    this.#turn(nowMs);
    const count = this.#now.countEdge(edge);
    return count !== undefined && count + (this.#before.edges.get(edge) ?? 0) < RARE_BELOW;
  }

  #turn(nowMs: number): void {
    const passedMs = nowMs - this.#beganAtMs;
    if (passedMs < PERIOD_MS) return;
    this.#before = passedMs < 2 * PERIOD_MS ? this.#now : new Period();
    this.#now = new Period();
    this.#beganAtMs = nowMs;
  }
}

class Period {
  readonly operations = new Map<string, Durations>();
  readonly edges = new Map<string, number>();

  /** Undefined where it would be one too many. */
  durationsOf(operation: string): Durations | undefined {
    const known = this.operations.get(operation);
    if (known !== undefined || this.operations.size >= MAX_KNOWN) return known;
    const begun = new Durations();
    this.operations.set(operation, begun);
    return begun;
  }

  /** How often it was counted before; undefined where it would be one too many. */
  countEdge(edge: string): number | undefined {
    const known = this.edges.get(edge);
    if (known === undefined && this.edges.size >= MAX_KNOWN) return undefined;
    this.edges.set(edge, (known ?? 0) + 1);
    return known ?? 0;
  }
}

class Durations {
  readonly #sketch = new DDSketch({ relativeAccuracy: ACCURACY });
  #slowAboveNs = 0;
  #lookAgainAt = LEAST_FOR_SLOW;
  count = 0;

  add(durationNs: number): void {
    this.#sketch.accept(durationNs);
    this.count += 1;
  }

  /** Undefined while too few are known. */
  slowAboveNs(): number | undefined {
    if (this.count < LEAST_FOR_SLOW) return undefined;
    if (this.count >= this.#lookAgainAt) {
      this.#lookAgainAt = this.count * LOOK_AGAIN_RATIO;
      const quantile = (level: number) => this.#sketch.getValueAtQuantile(level) * (1 + ACCURACY);
      this.#slowAboveNs = Math.max(quantile(SLOW_QUANTILE), SLOW_MEDIANS * quantile(0.5));
    }
    return this.#slowAboveNs;
  }
}

/** Limits of one query: it is text that people and programs send, and it may be about everything. */
export const PROMQL_LIMITS = {
  /** Characters of a query. */
  characters: 16_384,
  /** Nesting of a query. */
  depth: 100,
  /** Moments of a range query; Prometheus' own limit. */
  steps: 11_000,
  /** Series that one selector reads. */
  series: 20_000,
  /** Samples that a query reads from the store. */
  samples: 5_000_000,
  /** Samples that are looked at or made while it is computed. */
  work: 50_000_000,
  /** Series of an answer. */
  results: 20_000,
} as const;

/** How long a sample is good for where no newer one is: Prometheus' default. */
export const LOOKBACK_MS = 300_000;
/** Step of a subquery that names none: Prometheus' default evaluation interval. */
export const DEFAULT_STEP_MS = 60_000;

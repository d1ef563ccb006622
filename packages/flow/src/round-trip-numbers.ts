import type { ConnectionMemory } from "./memory/connection-memory.ts";
import { NO_RECORD, SideInt, SideReal } from "./memory/connection-record.ts";
import { quantiles, readQuantiles } from "./memory/round-trip-histogram.ts";

/** Round trips between the vantage and one side; all absent where there is no sample. */
export interface RoundTripNumbers {
  readonly minNs: number | undefined;
  readonly meanNs: number | undefined;
  readonly maxNs: number | undefined;
  readonly deviationNs: number | undefined;
  readonly p50Ns: number | undefined;
  readonly p95Ns: number | undefined;
  readonly p99Ns: number | undefined;
}

const NONE: RoundTripNumbers = {
  minNs: undefined,
  meanNs: undefined,
  maxNs: undefined,
  deviationNs: undefined,
  p50Ns: undefined,
  p95Ns: undefined,
  p99Ns: undefined,
};
const NS_PER_US = 1e3;

/** The numbers of the round trips that the data of `side` measured, for the memory's current connection. */
export function roundTripsOf({ ints, reals, base, histograms }: ConnectionMemory, side: number): RoundTripNumbers {
  const samples = ints[base + side + SideInt.rttSamples]!;
  if (samples === 0) return NONE;
  const real = (base + side) >> 1;
  const [minNs, maxNs] = [reals[real + SideReal.rttMinNs]!, reals[real + SideReal.rttMaxNs]!];
  const meanNs = reals[real + SideReal.rttSumNs]! / samples;
  const meanUs = meanNs / NS_PER_US;
  const varianceUs = Math.max(0, reals[real + SideReal.rttSquaresUs]! / samples - meanUs * meanUs);
  const histogram = ints[base + side + SideInt.histogram]!;
  const at = histogram === NO_RECORD ? -1 : histograms.select(histogram);
  const few = at < 0;
  const { p50Ns, p95Ns, p99Ns } = few ? quantiles : readQuantiles(histograms.ints, at, samples);
  const within = (durationNs: number) => Math.round(Math.min(maxNs, Math.max(minNs, durationNs)));
  return {
    minNs: Math.round(minNs),
    meanNs: Math.round(meanNs),
    maxNs: Math.round(maxNs),
    deviationNs: Math.round(Math.sqrt(varianceUs) * NS_PER_US),
    p50Ns: within(few ? medianOfFew(samples, minNs, maxNs, reals[real + SideReal.rttSumNs]!) : p50Ns),
    p95Ns: within(few ? maxNs : p95Ns),
    p99Ns: within(few ? maxNs : p99Ns),
  };
}

/** The middle one of up to four samples follows from the smallest, the largest and the sum; of two, it is the smaller one. */
function medianOfFew(samples: number, minNs: number, maxNs: number, sumNs: number): number {
  return samples <= 2 ? minNs : (sumNs - minNs - maxNs) / (samples - 2);
}

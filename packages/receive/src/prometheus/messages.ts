import { type Decoded, items, many, manyNested, message, nested, one, optional } from "../message/message.ts";
import { WireType } from "../message/reader.ts";
import { double, int64, type Scalar, sint32, sint64, text, uint32, uint64 } from "../message/scalar.ts";

/** Messages of prometheus/prompb: remote-write 1.0 (remote.proto, types.proto) and 2.0 (io/prometheus/write/v2/types.proto). */

/** A value whose bits may say that the series ended; undefined then. */
const staleOrDouble: Scalar<number | undefined> = {
  wireType: WireType.fixed64,
  zero: 0,
  read: (reader) => {
    const bits = reader.fixed64();
    if (bits === STALE_NAN) return undefined;
    view.setBigUint64(0, bits);
    return view.getFloat64(0);
  },
  fromJson: double.fromJson,
};
/** model/value/value.go: StaleNaN. */
const STALE_NAN = 0x7ff0000000000002n;
const view = new DataView(new ArrayBuffer(8));

const label = message("Label", { name: one(1, text), value: one(2, text) });
const sample = message("Sample", { value: one(1, staleOrDouble), timestamp: one(2, int64) });
const span = message("BucketSpan", { offset: one(1, sint32), length: one(2, uint32) });

/** The same in both versions. Counts are whole numbers, or doubles where they were computed. */
const histogram = message("Histogram", {
  countInt: optional(1, uint64),
  countFloat: optional(2, double),
  sum: one(3, staleOrDouble),
  schema: one(4, sint32),
  zeroCountInt: optional(6, uint64),
  zeroCountFloat: optional(7, double),
  negativeSpans: manyNested(8, () => span),
  negativeDeltas: many(9, sint64),
  negativeCounts: many(10, double),
  positiveSpans: manyNested(11, () => span),
  positiveDeltas: many(12, sint64),
  positiveCounts: many(13, double),
  timestamp: one(15, int64),
});

export const timeSeries = message("TimeSeries", {
  labels: manyNested(1, () => label),
  samples: manyNested(2, () => sample),
  histograms: manyNested(4, () => histogram),
});
export const writeRequest = message("WriteRequest", { timeseries: items(1, () => timeSeries) });

const metadata = message("Metadata", { type: one(1, uint32), helpRef: one(3, uint32), unitRef: one(4, uint32) });
const symbolSeries = message("TimeSeries", {
  labelsRefs: many(1, uint32),
  samples: manyNested(2, () => sample),
  histograms: manyNested(3, () => histogram),
  metadata: nested(5, () => metadata),
});
/** Texts stand once, in `symbols`; everything else names them by their place. */
export const requestV2 = message("Request", { symbols: many(4, text), timeseries: items(5, () => symbolSeries) });

export type TimeSeries = Decoded<typeof timeSeries>;
export type Sample = Decoded<typeof sample>;
export type NativeHistogram = Decoded<typeof histogram>;
export type BucketSpan = Decoded<typeof span>;

import { type Decoded, items, many, manyNested, message, nested, one } from "../message/message.ts";
import { int64, text, uint64 } from "../message/scalar.ts";

/** Messages of pprof (https://github.com/google/pprof/blob/main/proto/profile.proto). Texts stand once, in `stringTable`, and are named by their place. */

const valueType = message("ValueType", { type: one(1, int64), unit: one(2, int64) });
const label = message("Label", { key: one(1, int64), str: one(2, int64), num: one(3, int64), numUnit: one(4, int64) });
const sample = message("Sample", {
  locationId: many(1, uint64),
  value: many(2, int64),
  label: manyNested(3, () => label),
});
const mapping = message("Mapping", { id: one(1, uint64), filename: one(5, int64) });
const line = message("Line", { functionId: one(1, uint64), line: one(2, int64) });
const location = message("Location", {
  id: one(1, uint64),
  mappingId: one(2, uint64),
  address: one(3, uint64),
  line: manyNested(4, () => line),
});
const functionMessage = message("Function", {
  id: one(1, uint64),
  name: one(2, int64),
  systemName: one(3, int64),
  filename: one(4, int64),
});

export const pprofProfile = message("Profile", {
  sampleType: manyNested(1, () => valueType),
  sample: items(2, () => sample),
  mapping: manyNested(3, () => mapping),
  location: manyNested(4, () => location),
  function: manyNested(5, () => functionMessage),
  stringTable: many(6, text),
  timeNanos: one(9, int64),
  durationNanos: one(10, int64),
  periodType: nested(11, () => valueType),
});
export type PprofProfile = Decoded<typeof pprofProfile>;
export type PprofSample = PprofProfile["sample"][number];

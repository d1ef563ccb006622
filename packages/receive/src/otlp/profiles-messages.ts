import { type Decoded, items, many, manyNested, message, nested, one } from "../message/message.ts";
import { fixed64, hex, int64, text, uint64 } from "../message/scalar.ts";
import { anyValue, resource, scope } from "./common.ts";

/**
 * Messages of opentelemetry/proto/profiles/v1development. What is used often stands once, in the tables of the dictionary, and is named by its place there; place 0 is nothing.
 * Places are read as whole numbers of 64 bits: a negative one is outside of any table.
 */
const place = int64;

const valueType = message("ValueType", { typeStrindex: one(1, place), unitStrindex: one(2, place) });
const sample = message("Sample", {
  stackIndex: one(1, place),
  attributeIndices: many(2, place),
  linkIndex: one(3, place),
  values: many(4, int64),
  timestampsUnixNano: many(5, fixed64),
});
const profile = message("Profile", {
  sampleType: nested(1, () => valueType),
  samples: items(2, () => sample),
  timeUnixNano: one(3, fixed64),
  durationNano: one(4, uint64),
  profileId: one(7, hex),
  attributeIndices: many(11, place),
});
const scopeProfiles = message("ScopeProfiles", { scope: nested(1, () => scope), profiles: items(2, () => profile) });
const resourceProfiles = message("ResourceProfiles", {
  resource: nested(1, () => resource),
  scopeProfiles: items(2, () => scopeProfiles),
});

const mapping = message("Mapping", { filenameStrindex: one(4, place) });
const line = message("Line", { functionIndex: one(1, place), line: one(2, int64) });
const location = message("Location", {
  mappingIndex: one(1, place),
  address: one(2, uint64),
  lines: manyNested(3, () => line),
});
const functionMessage = message("Function", {
  nameStrindex: one(1, place),
  systemNameStrindex: one(2, place),
  filenameStrindex: one(3, place),
});
const link = message("Link", { traceId: one(1, hex), spanId: one(2, hex) });
const keyValueAndUnit = message("KeyValueAndUnit", { keyStrindex: one(1, place), value: nested(2, () => anyValue) });
const stack = message("Stack", { locationIndices: many(1, place) });
const dictionary = message("ProfilesDictionary", {
  mappingTable: manyNested(1, () => mapping),
  locationTable: manyNested(2, () => location),
  functionTable: manyNested(3, () => functionMessage),
  linkTable: manyNested(4, () => link),
  stringTable: many(5, text),
  attributeTable: manyNested(6, () => keyValueAndUnit),
  stackTable: manyNested(7, () => stack),
});

export const exportProfilesServiceRequest = message("ExportProfilesServiceRequest", {
  resourceProfiles: items(1, () => resourceProfiles),
  dictionary: nested(2, () => dictionary),
});
export type ProfilesDictionary = Decoded<typeof dictionary>;
export type OtlpProfile = Decoded<typeof profile>;
export type OtlpSample = Decoded<typeof sample>;

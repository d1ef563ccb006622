import { field, type RecordDefinition, type RecordOf } from "./field.ts";

const name = { cardinality: "few", sensitivity: "internal" } as const;
const id = { optional: true, cardinality: "unbounded" } as const;

const fields = [
  field("at", "time", "When it was taken; when its profile began where the sample does not say"),
  field("service", "string", "Whose program it was; empty where the sender does not say", {
    ...name,
    otel: "service.name",
  }),
  field("type", "string", "What was measured, in the profiler's word: cpu, wall, alloc_space, inuse_objects …", {
    cardinality: "few",
    otel: "sample_type.type",
  }),
  field("unit", "string", "Unit of the value: nanoseconds, bytes, count …", {
    cardinality: "few",
    otel: "sample_type.unit",
  }),
  field("value", "int", "How much, in that unit"),
  field("stackId", "string", "Where the program was: the stack with this id", { cardinality: "unbounded" }),
  field("profileId", "string", "Profile that it belongs to", { ...id, otel: "profile_id" }),
  field("profileDurationNs", "int", "How long that profile was taken", { unit: "ns", optional: true }),
  field("processId", "int", "Process", { otel: "process.pid", optional: true }),
  field("thread", "string", "Thread", { otel: "thread.name", optional: true, sensitivity: "internal" }),
  field("container", "string", "Container", { otel: "container.id", optional: true, sensitivity: "internal" }),
  field("host", "string", "Host", { otel: "host.name", optional: true, sensitivity: "internal" }),
  field("traceId", "string", "Trace that the program worked on", { ...id, otel: "trace_id" }),
  field("spanId", "string", "Span that it worked on", { ...id, otel: "span_id" }),
  field("attributes", "map", "What else was said of it: labels, attributes, those of the resource", {
    sensitivity: "internal",
  }),
] as const;

/** Attribute of samples that an agent took: the run that they are of, as its connections and calls have it. */
export const CAPTURE_ATTRIBUTE = "weir.capture.id";

/** One sample of a profile: how much of one thing was measured at one place of a program. */
export const profileRecord = {
  name: "profile",
  table: "profile_samples",
  meaning: "One sample of a profile: how much of one thing was measured at one place of a program.",
  fields,
} as const satisfies RecordDefinition;
export type ProfileSample = RecordOf<typeof fields>;

const stackFields = [
  field("stackId", "string", "Hash of its frames: the same stack is kept once"),
  field("frames", "string[]", "Functions, the outermost first; an address where the function is not known", {
    sensitivity: "internal",
  }),
  field("files", "string[]", "File of each function; empty where it is not known", { sensitivity: "internal" }),
  field("lines", "int[]", "Line in each file; 0 where it is not known"),
] as const;

/** A place in a program. */
export const stackRecord = {
  name: "stack",
  table: "profile_stacks",
  meaning: "A place in a program: the functions that had called each other.",
  fields: stackFields,
} as const satisfies RecordDefinition;
export type Stack = RecordOf<typeof stackFields>;

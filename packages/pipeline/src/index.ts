export type { ConnectionReport, PipelineOptions, PipelineShare, RecordSink } from "./contract.ts";
export { Pipeline } from "./pipeline.ts";

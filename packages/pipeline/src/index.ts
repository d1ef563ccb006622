export type { ConnectionReport, OpenEnds, PipelineOptions, PipelineShare, RecordSink } from "./contract.ts";
export { Pipeline } from "./pipeline.ts";

export { type ConnectionReport, Pipeline, type PipelineOptions, type RecordSink } from "./pipeline.ts";

export { Pipeline, type PipelineOptions, type RecordSink } from "./pipeline.ts";

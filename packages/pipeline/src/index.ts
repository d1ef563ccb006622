export {
  type ConnectionReport,
  Pipeline,
  type PipelineOptions,
  type PipelineShare,
  type RecordSink,
} from "./pipeline.ts";

export type { StoreAddress } from "./address.ts";
export { DiskGuard } from "./disk-guard.ts";
export { type EdgeFlowRow, readEdgeFlows } from "./edge-flows.ts";
export type { Engine, EngineOptions } from "./engine/contract.ts";
export { startEngine } from "./engine/engine.ts";
export { Batcher, type BatcherState, type Refused } from "./ingest/batcher.ts";
export {
  readCallsAround,
  readCapturesAround,
  readConnectionsAround,
  readTraceCalls,
} from "./join/trace-evidence.ts";
export { countJoinable, readLastSpanTime, readTraceSample } from "./join/trace-sample.ts";
export { readTroubledTraces } from "./join/trace-troubles.ts";
export { readFindingIds, readWatchedPeriods } from "./join/watched-periods.ts";
export { type ConnectionGroups, readConnectionGroups } from "./map-grouping.ts";
export { edgeMinutesSql } from "./metrics/edges.ts";
export { type MetricNameRow, metricMeaningsSql, metricNamesSql } from "./metrics/names.ts";
export { METRIC_PARTS, type MetricPart, PLAIN_PART } from "./metrics/parts.ts";
export { metricPointsSql, metricSeriesSql, type PointsAsked } from "./metrics/points.ts";
export { pointsBySeries, type SeriesPoints } from "./metrics/series-points.ts";
export type { Seconds } from "./metrics/time.ts";
export {
  type LogLabels,
  type LogLinesAsked,
  logCountsSql,
  logLabelSetsSql,
  logLinesSql,
  logStatsSql,
} from "./otel/log-lines.ts";
export { readLogs } from "./otel/logs.ts";
export { type SpanRelation, spansetCondition } from "./otel/spansets.ts";
export {
  type Operation,
  readOperations,
  readServiceCalls,
  readServices,
  readSpanWords,
  readTagKeys,
  readTagValues,
  type ServiceCalls,
  type SpanWord,
  type TagScope,
} from "./otel/trace-words.ts";
export { type JoinSpanRow, readSpansOf, readTrace, readTraces, type SpanRow, type TraceRow } from "./otel/traces.ts";
export {
  type ProfileKind,
  readProcessProfiles,
  readProfileKinds,
  readProfileSums,
} from "./profiles/profiles.ts";
export { type BoundQuery, type FileFormat, type QueryLimits, type QueryResult, QueryRunner } from "./query-runner.ts";
export { type EdgeRow, readEdges } from "./service-map.ts";
export { type SqlLimits, type SqlResult, SqlRunner } from "./sql-runner.ts";
export { type ListOptions, notFound, type Page, type Scope, type SqlCondition, Store } from "./store.ts";

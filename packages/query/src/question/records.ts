import {
  callRecord,
  connectionRecord,
  deliveryRecord,
  findingRecord,
  logRecord,
  metricRecord,
  profileRecord,
  type RecordDefinition,
  type RecordWord,
  retryRecord,
  spanRecord,
} from "@weir/model";
import type { FilterTable } from "../relations.ts";
import { SPAN_WEIGHING, type Weighing } from "./weight.ts";

/** A record that questions can be about. */
export interface QueryRecord {
  readonly definition: RecordDefinition & { readonly table: FilterTable };
  /** What statements read in the table's place, where the rows are not the table's as they are. */
  readonly rows?: string;
  /** The time by which its rows are found and put into buckets. */
  readonly timeColumn: string;
  /**
   * What the table is ordered by instead of the time: a column, or a function of the time. A condition on the time alone does not use such a key (1335 of 1530 granules
   * read instead of 256): the same condition is written on the key too. `of`: the function that makes it of the time; it knows the years 1970 to 2106.
   */
  readonly timeKeys: readonly { readonly key: string; readonly of: "toDate" | "toDateTime" }[];
  /** Weir's own rows belong to a capture and say how far they can be trusted; what applications reported does not. */
  readonly isOfCapture: boolean;
  /** Where rows may stand for several: how that is told. */
  readonly weighing?: Weighing;
}

const ofCapture = { timeColumn: "started_at", timeKeys: [], isOfCapture: true } as const;
const SECONDS = "toDateTime";

const METRIC_COLUMNS =
  "MetricName, MetricUnit, ServiceName, ScopeName, Attributes, ResourceAttributes, Value, TimeUnix AS Second, toDateTime64(TimeUnix, 9) AS TimeUnix";

export const QUERY_RECORDS: Readonly<Record<RecordWord, QueryRecord>> = {
  connection: { definition: connectionRecord, ...ofCapture },
  call: { definition: callRecord, ...ofCapture },
  finding: { definition: findingRecord, ...ofCapture },
  retry: { definition: retryRecord, ...ofCapture },
  delivery: { definition: deliveryRecord, ...ofCapture },
  span: {
    definition: spanRecord,
    timeColumn: "Timestamp",
    timeKeys: [
      { key: "toDate(Timestamp)", of: "toDate" },
      { key: "toDateTime(Timestamp)", of: SECONDS },
    ],
    isOfCapture: false,
    weighing: SPAN_WEIGHING,
  },
  log: {
    definition: logRecord,
    timeColumn: "Timestamp",
    timeKeys: [{ key: "TimestampTime", of: SECONDS }],
    isOfCapture: false,
  },
  metric: {
    definition: metricRecord,
    rows: `(SELECT ${METRIC_COLUMNS}, false AS IsMonotonic, 'gauge' AS Kind FROM otel_metrics_gauge UNION ALL SELECT ${METRIC_COLUMNS}, IsMonotonic, 'sum' AS Kind FROM otel_metrics_sum) AS points`,
    timeColumn: "TimeUnix",
    timeKeys: [{ key: "Second", of: SECONDS }],
    isOfCapture: false,
  },
  profile: { definition: profileRecord, timeColumn: "at", timeKeys: [], isOfCapture: false },
};

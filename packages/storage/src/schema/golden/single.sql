CREATE TABLE IF NOT EXISTS spans (
  time DateTime64(9) CODEC(Delta(8), ZSTD(1)),
  trace_id String CODEC(ZSTD(1)),
  `Events.Name` Array(LowCardinality(String)),
  day Date DEFAULT toDate(time),
  INDEX by_trace trace_id TYPE bloom_filter(0.001) GRANULARITY 1,
  PROJECTION days (SELECT day, count() GROUP BY day)
)
ENGINE = MergeTree
PARTITION BY toDate(time)
PRIMARY KEY (toStartOfHour(time))
ORDER BY (toStartOfHour(time), time)
TTL toDateTime(time) + INTERVAL 30 DAY
SETTINGS non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1, min_bytes_for_wide_part = 1024;

CREATE TABLE IF NOT EXISTS trace_times (
  trace_id String,
  start SimpleAggregateFunction(min, DateTime64(9))
)
ENGINE = AggregatingMergeTree
ORDER BY (trace_id)
SETTINGS non_replicated_deduplication_window = 10000;

TRUNCATE TABLE trace_times;

INSERT INTO trace_times (trace_id, start)
SELECT trace_id, start FROM (
SELECT trace_id, min(time) AS start FROM spans GROUP BY trace_id
)
SETTINGS insert_deduplicate = 0, max_execution_time = 0;

CREATE MATERIALIZED VIEW IF NOT EXISTS trace_times_view TO trace_times AS
SELECT trace_id, min(time) AS start FROM spans GROUP BY trace_id;

CREATE TABLE IF NOT EXISTS settings (
  name String
)
ENGINE = ReplacingMergeTree
ORDER BY (name)
SETTINGS non_replicated_deduplication_window = 10000;

ALTER TABLE spans MODIFY SETTING non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1, min_bytes_for_wide_part = 1024;

ALTER TABLE trace_times
  ADD COLUMN IF NOT EXISTS trace_id String,
  ADD COLUMN IF NOT EXISTS start SimpleAggregateFunction(min, DateTime64(9));

CREATE TABLE IF NOT EXISTS spans_local ON CLUSTER shop (
  time DateTime64(9) CODEC(Delta(8), ZSTD(1)),
  trace_id String CODEC(ZSTD(1)),
  `Events.Name` Array(LowCardinality(String)),
  day Date DEFAULT toDate(time),
  INDEX by_trace trace_id TYPE bloom_filter(0.001) GRANULARITY 1,
  PROJECTION days (SELECT day, count() GROUP BY day)
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/weir/spans', '{replica}')
PARTITION BY toDate(time)
PRIMARY KEY (toStartOfHour(time))
ORDER BY (toStartOfHour(time), time)
TTL toDateTime(time) + INTERVAL 30 DAY
SETTINGS replicated_deduplication_window = 10000, ttl_only_drop_parts = 1, min_bytes_for_wide_part = 1024;

CREATE TABLE IF NOT EXISTS spans ON CLUSTER shop AS spans_local
ENGINE = Distributed('shop', 'weir', 'spans_local', cityHash64(trace_id));

CREATE TABLE IF NOT EXISTS trace_times_local ON CLUSTER shop (
  trace_id String,
  start SimpleAggregateFunction(min, DateTime64(9))
)
ENGINE = ReplicatedAggregatingMergeTree('/clickhouse/tables/{shard}/weir/trace_times', '{replica}')
ORDER BY (trace_id)
SETTINGS replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS trace_times ON CLUSTER shop AS trace_times_local
ENGINE = Distributed('shop', 'weir', 'trace_times_local', cityHash64(trace_id));

TRUNCATE TABLE trace_times_local ON CLUSTER shop;

INSERT INTO trace_times (trace_id, start)
SELECT trace_id, start FROM (
SELECT trace_id, min(time) AS start FROM spans GROUP BY trace_id
)
SETTINGS insert_deduplicate = 0, max_execution_time = 0;

CREATE MATERIALIZED VIEW IF NOT EXISTS trace_times_view ON CLUSTER shop TO trace_times_local AS
SELECT trace_id, min(time) AS start FROM spans_local GROUP BY trace_id;

CREATE TABLE IF NOT EXISTS settings ON CLUSTER shop (
  name String
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/all/weir/settings', '{shard}-{replica}')
ORDER BY (name)
SETTINGS replicated_deduplication_window = 10000;

ALTER TABLE spans_local ON CLUSTER shop MODIFY SETTING replicated_deduplication_window = 10000, ttl_only_drop_parts = 1, min_bytes_for_wide_part = 1024;

ALTER TABLE trace_times_local ON CLUSTER shop
  ADD COLUMN IF NOT EXISTS trace_id String,
  ADD COLUMN IF NOT EXISTS start SimpleAggregateFunction(min, DateTime64(9));

ALTER TABLE trace_times ON CLUSTER shop
  ADD COLUMN IF NOT EXISTS trace_id String,
  ADD COLUMN IF NOT EXISTS start SimpleAggregateFunction(min, DateTime64(9));

import type { ApiSchemas } from "./api-schema.ts";

/** APIs that move messages and tell where they are: producers, consumers and followers. */
export const MESSAGE_APIS: ApiSchemas = {
  0: {
    name: "Produce",
    newest: 13,
    flexibleFrom: 9,
    request: `transactional_id:string@3+ acks:i16 timeout_ms:i32
      topics[ topic:string@0-12 topic_id:uuid@13+ partitions[ partition:i32 records:records ] ]`,
    response: `topics[ topic:string@0-12 topic_id:uuid@13+
      partitions[ partition:i32 error_code:i16 base_offset:i64 log_append_time_ms:i64@2+ log_start_offset:i64@5+
        record_errors[ batch_index:i32 batch_index_error_message:string ]@8+ error_message:string@8+ ] ]
      throttle_time_ms:i32@1+`,
  },
  1: {
    name: "Fetch",
    newest: 18,
    flexibleFrom: 12,
    request: `replica_id:i32@0-14 max_wait_ms:i32 min_bytes:i32 max_bytes:i32@3+ isolation_level:i8@4+
      session_id:i32@7+ session_epoch:i32@7+
      topics[ topic:string@0-12 topic_id:uuid@13+
        partitions[ partition:i32 current_leader_epoch:i32@9+ fetch_offset:i64 last_fetched_epoch:i32@12+
          log_start_offset:i64@5+ partition_max_bytes:i32 ] ]
      forgotten_topics_data[ forgotten_topic:string@7-12 forgotten_topic_id:uuid@13+ forgotten_partition:i32[] ]@7+
      rack_id:string@11+`,
    response: `throttle_time_ms:i32@1+ error_code:i16@7+ session_id:i32@7+
      topics[ topic:string@0-12 topic_id:uuid@13+
        partitions[ partition:i32 error_code:i16 high_watermark:i64 last_stable_offset:i64@4+ log_start_offset:i64@5+
          aborted_transactions[ aborted_producer_id:i64 first_offset:i64 ]@4+ preferred_read_replica:i32@11+
          records:records ] ]`,
  },
  2: {
    name: "ListOffsets",
    newest: 11,
    flexibleFrom: 6,
    request: `replica_id:i32 isolation_level:i8@2+
      topics[ topic:string
        partitions[ partition:i32 current_leader_epoch:i32@4+ timestamp:i64 max_num_offsets:i32@0 ] ]
      timeout_ms:i32@10+`,
    response: `throttle_time_ms:i32@2+
      topics[ topic:string
        partitions[ partition:i32 error_code:i16 offset:i64[]@0 timestamp:i64@1+ offset:i64@1+ leader_epoch:i32@4+ ] ]`,
  },
  21: {
    name: "DeleteRecords",
    newest: 2,
    flexibleFrom: 2,
    request: "topics[ topic:string partitions[ partition:i32 offset:i64 ] ] timeout_ms:i32",
    response: `throttle_time_ms:i32
      topics[ topic:string partitions[ partition:i32 low_watermark:i64 error_code:i16 ] ]`,
  },
  23: {
    name: "OffsetForLeaderEpoch",
    newest: 4,
    flexibleFrom: 4,
    request: `replica_id:i32@3+
      topics[ topic:string partitions[ partition:i32 current_leader_epoch:i32@2+ leader_epoch:i32 ] ]`,
    response: `throttle_time_ms:i32@2+
      topics[ topic:string partitions[ error_code:i16 partition:i32 leader_epoch:i32@1+ end_offset:i64 ] ]`,
  },
};

import type { ApiSchemas } from "./api-schema.ts";

const PRODUCER = "producer_id:i64 producer_epoch:i16";
const TOPIC_ERRORS = "topics[ topic:string partitions[ partition:i32 error_code:i16 ] ]";

/** APIs of idempotent and transactional producers. */
export const TRANSACTION_APIS: ApiSchemas = {
  22: {
    name: "InitProducerId",
    newest: 6,
    flexibleFrom: 2,
    request: `transactional_id:string transaction_timeout_ms:i32 producer_id:i64@3+ producer_epoch:i16@3+
      enable_2pc:bool@6+ keep_prepared_txn:bool@6+`,
    response: `throttle_time_ms:i32 error_code:i16 ${PRODUCER} ongoing_producer_id:i64@6+ ongoing_producer_epoch:i16@6+`,
  },
  24: {
    name: "AddPartitionsToTxn",
    newest: 5,
    flexibleFrom: 3,
    request: `transactions[ transactional_id:string ${PRODUCER} verify_only:bool topics[ topic:string partition:i32[] ] ]@4+
      transactional_id:string@0-3 producer_id:i64@0-3 producer_epoch:i16@0-3 topics[ topic:string partition:i32[] ]@0-3`,
    response: `throttle_time_ms:i32 error_code:i16@4+
      results_by_transaction[ transactional_id:string ${TOPIC_ERRORS} ]@4+ ${TOPIC_ERRORS}@0-3`,
  },
  25: {
    name: "AddOffsetsToTxn",
    newest: 4,
    flexibleFrom: 3,
    request: `transactional_id:string ${PRODUCER} group:string`,
    response: "throttle_time_ms:i32 error_code:i16",
  },
  26: {
    name: "EndTxn",
    newest: 5,
    flexibleFrom: 3,
    request: `transactional_id:string ${PRODUCER} committed:bool`,
    response: "throttle_time_ms:i32 error_code:i16 producer_id:i64@5+ producer_epoch:i16@5+",
  },
  27: {
    name: "WriteTxnMarkers",
    newest: 2,
    flexibleFrom: 1,
    request: `markers[ ${PRODUCER} committed:bool topics[ topic:string partition:i32[] ] coordinator_epoch:i32
      transaction_version:i8@2+ ]`,
    response: `markers[ producer_id:i64 ${TOPIC_ERRORS} ]`,
  },
  28: {
    name: "TxnOffsetCommit",
    newest: 5,
    flexibleFrom: 3,
    request: `transactional_id:string group:string ${PRODUCER} generation_id:i32@3+ member_id:string@3+
      group_instance_id:string@3+
      topics[ topic:string partitions[ partition:i32 offset:i64 leader_epoch:i32@2+ metadata:string ] ]`,
    response: `throttle_time_ms:i32 ${TOPIC_ERRORS}`,
  },
  61: {
    name: "DescribeProducers",
    newest: 0,
    flexibleFrom: 0,
    request: "topics[ topic:string partition:i32[] ]",
    response: `throttle_time_ms:i32
      topics[ topic:string
        partitions[ partition:i32 error_code:i16 error_message:string
          active_producers[ active_producer_id:i64 active_epoch:i32 last_sequence:i32 last_timestamp:i64
            coordinator_epoch:i32 current_txn_start_offset:i64 ] ] ]`,
  },
  65: {
    name: "DescribeTransactions",
    newest: 0,
    flexibleFrom: 0,
    request: "transactional_id:string[]",
    response: `throttle_time_ms:i32
      transactions[ error_code:i16 transactional_id:string state:string transaction_timeout_ms:i32 start_time_ms:i64
        ${PRODUCER} topics[ topic:string partition:i32[] ] ]`,
  },
  66: {
    name: "ListTransactions",
    newest: 2,
    flexibleFrom: 0,
    request: "rest",
    response: "throttle_time_ms:i32 error_code:i16 rest",
  },
};

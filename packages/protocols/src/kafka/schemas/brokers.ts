import type { ApiSchemas } from "./api-schema.ts";

const STATUS = "throttle_time_ms:i32 error_code:i16";
const RESULT = `${STATUS} error_message:string`;
const CONTROLLER = "controller_id:i32";

/** APIs that brokers and controllers use among themselves. */
export const BROKER_APIS: ApiSchemas = {
  4: {
    name: "LeaderAndIsr",
    newest: 7,
    flexibleFrom: 4,
    request: `${CONTROLLER} is_kraft_controller:bool@7+ controller_epoch:i32 broker_epoch:i64@2+ request_type:i8@5+
      partition_states[ topic:string partition:i32 controller_epoch:i32 leader_id:i32 leader_epoch:i32 isr_node:i32[]
        partition_epoch:i32 replica_node:i32[] is_new:bool@1+ ]@0-1
      topic_states[ topic:string topic_id:uuid@5+
        partition_states[ partition:i32 controller_epoch:i32 leader_id:i32 leader_epoch:i32 isr_node:i32[]
          partition_epoch:i32 replica_node:i32[] adding_replica:i32[]@3+ removing_replica:i32[]@3+ is_new:bool@1+
          leader_recovery_state:i8@6+ ] ]@2+
      live_leaders[ node_id:i32 broker_host:string broker_port:i32 ]`,
    response: `error_code:i16 partition_errors[ topic:string partition:i32 error_code:i16 ]@0-4
      topics[ topic_id:uuid partition_errors[ partition:i32 error_code:i16 ] ]@5+`,
  },
  5: {
    name: "StopReplica",
    newest: 4,
    flexibleFrom: 2,
    request: `${CONTROLLER} is_kraft_controller:bool@4+ controller_epoch:i32 broker_epoch:i64@1+ delete_partitions:bool@0-2
      ungrouped_partitions[ topic:string partition:i32 ]@0 topics[ topic:string partition:i32[] ]@1-2
      topic_states[ topic:string partition_states[ partition:i32 leader_epoch:i32 delete_partition:bool ] ]@3+`,
    response: "error_code:i16 partition_errors[ topic:string partition:i32 error_code:i16 ]",
  },
  6: {
    name: "UpdateMetadata",
    newest: 8,
    flexibleFrom: 6,
    request: `${CONTROLLER} is_kraft_controller:bool@8+ controller_epoch:i32 broker_epoch:i64@5+
      partition_states[ topic:string partition:i32 controller_epoch:i32 leader_id:i32 leader_epoch:i32 isr_node:i32[]
        partition_epoch:i32 replica_node:i32[] offline_replica:i32[]@4+ ]@0-4
      topic_states[ topic:string topic_id:uuid@7+
        partition_states[ partition:i32 controller_epoch:i32 leader_id:i32 leader_epoch:i32 isr_node:i32[]
          partition_epoch:i32 replica_node:i32[] offline_replica:i32[] ] ]@5+
      live_brokers[ node_id:i32 broker_host:string@0 broker_port:i32@0
        endpoints[ broker_port:i32 broker_host:string listener:string@3+ security_protocol:i16 ]@1+ rack:string@2+ ]`,
    response: "error_code:i16",
  },
  7: {
    name: "ControlledShutdown",
    newest: 3,
    flexibleFrom: 3,
    request: "broker_id:i32 broker_epoch:i64@2+",
    response: "error_code:i16 remaining_partitions[ topic:string partition:i32 ]",
  },
  34: {
    name: "AlterReplicaLogDirs",
    newest: 2,
    flexibleFrom: 2,
    request: "dirs[ path:string topics[ topic:string partition:i32[] ] ]",
    response: "throttle_time_ms:i32 results[ topic:string partitions[ partition:i32 error_code:i16 ] ]",
  },
  35: {
    name: "DescribeLogDirs",
    newest: 4,
    flexibleFrom: 2,
    request: "topics[ topic:string partition:i32[] ]",
    response: `throttle_time_ms:i32 error_code:i16@3+
      results[ error_code:i16 log_dir:string
        topics[ topic:string partitions[ partition:i32 size:i64 offset_lag:i64 is_future:bool ] ]
        total_bytes:i64@4+ usable_bytes:i64@4+ ]`,
  },
  52: { name: "Vote", newest: 2, flexibleFrom: 0, request: "rest", response: "error_code:i16 rest" },
  53: { name: "BeginQuorumEpoch", newest: 1, flexibleFrom: 1, request: "rest", response: "error_code:i16 rest" },
  54: { name: "EndQuorumEpoch", newest: 1, flexibleFrom: 1, request: "rest", response: "error_code:i16 rest" },
  55: { name: "DescribeQuorum", newest: 2, flexibleFrom: 0, request: "rest", response: "error_code:i16 rest" },
  56: { name: "AlterPartition", newest: 3, flexibleFrom: 0, request: "rest", response: `${STATUS} rest` },
  57: { name: "UpdateFeatures", newest: 2, flexibleFrom: 0, request: "rest", response: `${RESULT} rest` },
  58: { name: "Envelope", newest: 0, flexibleFrom: 0, request: "rest", response: "response_data:bytes error_code:i16" },
  59: { name: "FetchSnapshot", newest: 1, flexibleFrom: 0, request: "rest", response: `${STATUS} rest` },
  62: { name: "BrokerRegistration", newest: 4, flexibleFrom: 0, request: "rest", response: `${STATUS} rest` },
  63: { name: "BrokerHeartbeat", newest: 1, flexibleFrom: 0, request: "rest", response: `${STATUS} rest` },
  64: { name: "UnregisterBroker", newest: 0, flexibleFrom: 0, request: "broker_id:i32", response: RESULT },
  67: { name: "AllocateProducerIds", newest: 0, flexibleFrom: 0, request: "rest", response: `${STATUS} rest` },
  70: { name: "ControllerRegistration", newest: 0, flexibleFrom: 0, request: "rest", response: RESULT },
  73: { name: "AssignReplicasToDirs", newest: 0, flexibleFrom: 0, request: "rest", response: `${STATUS} rest` },
  80: { name: "AddRaftVoter", newest: 1, flexibleFrom: 0, request: "rest", response: RESULT },
  81: { name: "RemoveRaftVoter", newest: 0, flexibleFrom: 0, request: "rest", response: RESULT },
  82: { name: "UpdateRaftVoter", newest: 0, flexibleFrom: 0, request: "rest", response: `${STATUS} rest` },
  83: { name: "InitializeShareGroupState", newest: 0, flexibleFrom: 0 },
  84: { name: "ReadShareGroupState", newest: 0, flexibleFrom: 0 },
  85: { name: "WriteShareGroupState", newest: 1, flexibleFrom: 0 },
  86: { name: "DeleteShareGroupState", newest: 0, flexibleFrom: 0 },
  87: { name: "ReadShareGroupStateSummary", newest: 1, flexibleFrom: 0 },
  89: { name: "StreamsGroupDescribe", newest: 0, flexibleFrom: 0 },
  90: { name: "DescribeShareGroupOffsets", newest: 1, flexibleFrom: 0 },
  91: { name: "AlterShareGroupOffsets", newest: 0, flexibleFrom: 0, request: "rest", response: `${RESULT} rest` },
  92: { name: "DeleteShareGroupOffsets", newest: 0, flexibleFrom: 0, request: "rest", response: `${RESULT} rest` },
};

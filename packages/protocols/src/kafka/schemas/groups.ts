import type { ApiSchemas } from "./api-schema.ts";

const MEMBER_OF_GENERATION = "group:string generation_id:i32 member_id:string group_instance_id:string@3+";

/** APIs of consumer groups and share groups. */
export const GROUP_APIS: ApiSchemas = {
  8: {
    name: "OffsetCommit",
    newest: 10,
    flexibleFrom: 8,
    request: `group:string generation_id:i32@1+ member_id:string@1+ group_instance_id:string@7+ retention_time_ms:i64@2-4
      topics[ topic:string@0-9 topic_id:uuid@10+
        partitions[ partition:i32 offset:i64 leader_epoch:i32@6+ commit_timestamp:i64@1 metadata:string ] ]`,
    response: `throttle_time_ms:i32@3+
      topics[ topic:string@0-9 topic_id:uuid@10+ partitions[ partition:i32 error_code:i16 ] ]`,
  },
  9: {
    name: "OffsetFetch",
    newest: 10,
    flexibleFrom: 6,
    request: `group:string@0-7 topics[ topic:string partition:i32[] ]@0-7
      groups[ group:string member_id:string@9+ member_epoch:i32@9+
        topics[ topic:string@0-9 topic_id:uuid@10+ partition:i32[] ] ]@8+
      require_stable:bool@7+`,
    response: `throttle_time_ms:i32@3+
      topics[ topic:string
        partitions[ partition:i32 offset:i64 leader_epoch:i32@5+ metadata:string error_code:i16 ] ]@0-7
      error_code:i16@2-7
      groups[ group:string
        topics[ topic:string@0-9 topic_id:uuid@10+
          partitions[ partition:i32 offset:i64 leader_epoch:i32 metadata:string error_code:i16 ] ]
        error_code:i16 ]@8+`,
  },
  10: {
    name: "FindCoordinator",
    newest: 6,
    flexibleFrom: 3,
    request: "coordinator_key:string@0-3 key_type:i8@1+ coordinator_key:string[]@4+",
    response: `throttle_time_ms:i32@1+ error_code:i16@0-3 error_message:string@1-3
      node_id:i32@0-3 coordinator_host:string@0-3 coordinator_port:i32@0-3
      coordinators[ key:string node_id:i32 coordinator_host:string coordinator_port:i32
        error_code:i16 error_message:string ]@4+`,
  },
  11: {
    name: "JoinGroup",
    newest: 9,
    flexibleFrom: 6,
    request: `group:string session_timeout_ms:i32 rebalance_timeout_ms:i32@1+ member_id:string
      group_instance_id:string@5+ protocol_type:string protocols[ name:string metadata:bytes ] reason:string@8+`,
    response: `throttle_time_ms:i32@2+ error_code:i16 generation_id:i32 protocol_type:string@7+ protocol_name:string
      leader:string skip_assignment:bool@9+ member_id:string
      members[ group_member:string group_instance_id:string@5+ metadata:bytes ]`,
  },
  12: {
    name: "Heartbeat",
    newest: 4,
    flexibleFrom: 4,
    request: MEMBER_OF_GENERATION,
    response: "throttle_time_ms:i32@1+ error_code:i16",
  },
  13: {
    name: "LeaveGroup",
    newest: 5,
    flexibleFrom: 4,
    request: `group:string member_id:string@0-2
      members[ member_id:string group_instance_id:string reason:string@5+ ]@3+`,
    response: `throttle_time_ms:i32@1+ error_code:i16
      members[ member_id:string group_instance_id:string error_code:i16 ]@3+`,
  },
  14: {
    name: "SyncGroup",
    newest: 5,
    flexibleFrom: 4,
    request: `${MEMBER_OF_GENERATION} protocol_type:string@5+ protocol_name:string@5+
      assignments[ group_member:string assignment:bytes ]`,
    response: `throttle_time_ms:i32@1+ error_code:i16 protocol_type:string@5+ protocol_name:string@5+ assignment:bytes`,
  },
  15: {
    name: "DescribeGroups",
    newest: 6,
    flexibleFrom: 5,
    request: "group:string[] include_authorized_operations:bool@3+",
    response: `throttle_time_ms:i32@1+
      groups[ error_code:i16 error_message:string@6+ group:string group_state:string protocol_type:string
        protocol_name:string
        members[ group_member:string group_instance_id:string@4+ member_client_id:string client_host:string
          metadata:bytes assignment:bytes ]
        authorized_operations:i32@3+ ]`,
  },
  16: {
    name: "ListGroups",
    newest: 5,
    flexibleFrom: 3,
    request: "states_filter:string[]@4+ types_filter:string[]@5+",
    response: `throttle_time_ms:i32@1+ error_code:i16
      groups[ listed_group:string protocol_type:string group_state:string@4+ group_type:string@5+ ]`,
  },
  42: {
    name: "DeleteGroups",
    newest: 2,
    flexibleFrom: 2,
    request: "group:string[]",
    response: "throttle_time_ms:i32 results[ group:string error_code:i16 ]",
  },
  47: {
    name: "OffsetDelete",
    newest: 0,
    request: "group:string topics[ topic:string partitions[ partition:i32 ] ]",
    response: `error_code:i16 throttle_time_ms:i32
      topics[ topic:string partitions[ partition:i32 error_code:i16 ] ]`,
  },
  68: {
    name: "ConsumerGroupHeartbeat",
    newest: 1,
    flexibleFrom: 0,
    request: `group:string member_id:string member_epoch:i32 group_instance_id:string rack_id:string
      rebalance_timeout_ms:i32 topic:string[] topic_regex:string@1+ protocol_name:string
      owned[ topic_id:uuid partition:i32[] ]`,
    response: `throttle_time_ms:i32 error_code:i16 error_message:string member_id:string member_epoch:i32
      heartbeat_interval_ms:i32 rest`,
  },
  69: {
    name: "ConsumerGroupDescribe",
    newest: 1,
    flexibleFrom: 0,
    request: "group:string[] include_authorized_operations:bool",
    response: "throttle_time_ms:i32 groups[ error_code:i16 error_message:string group:string group_state:string rest ]",
  },
  76: {
    name: "ShareGroupHeartbeat",
    newest: 1,
    flexibleFrom: 0,
    request: "group:string member_id:string member_epoch:i32 rack_id:string topic:string[]",
    response: `throttle_time_ms:i32 error_code:i16 error_message:string member_id:string member_epoch:i32
      heartbeat_interval_ms:i32 rest`,
  },
  77: {
    name: "ShareGroupDescribe",
    newest: 1,
    flexibleFrom: 0,
    request: "group:string[] include_authorized_operations:bool",
    response: "throttle_time_ms:i32 groups[ error_code:i16 error_message:string group:string group_state:string rest ]",
  },
  78: {
    name: "ShareFetch",
    newest: 2,
    flexibleFrom: 0,
    request: "group:string member_id:string session_epoch:i32 max_wait_ms:i32 min_bytes:i32 max_bytes:i32 rest",
    response: "throttle_time_ms:i32 error_code:i16 error_message:string rest",
  },
  79: {
    name: "ShareAcknowledge",
    newest: 2,
    flexibleFrom: 0,
    request: "group:string member_id:string session_epoch:i32 rest",
    response: "throttle_time_ms:i32 error_code:i16 error_message:string rest",
  },
  88: {
    name: "StreamsGroupHeartbeat",
    newest: 0,
    flexibleFrom: 0,
    request: "group:string member_id:string member_epoch:i32 rest",
    response: "throttle_time_ms:i32 error_code:i16 error_message:string rest",
  },
};

import type { ApiSchemas } from "./api-schema.ts";

const RESOURCE_RESULTS = "[ error_code:i16 error_message:string resource_type:i8 resource_name:string ]";

/** APIs that describe and change topics and configurations. */
export const TOPIC_APIS: ApiSchemas = {
  3: {
    name: "Metadata",
    newest: 13,
    flexibleFrom: 9,
    request: `topics[ topic_id:uuid@10+ topic:string ] allow_auto_topic_creation:bool@4+
      include_cluster_authorized_operations:bool@8-10 include_topic_authorized_operations:bool@8+`,
    response: `throttle_time_ms:i32@3+ brokers[ node_id:i32 broker_host:string broker_port:i32 rack:string@1+ ]
      cluster_id:string@2+ controller_id:i32@1+
      topics[ error_code:i16 topic:string named_topic_id:uuid@10+ is_internal:bool@1+
        partitions[ error_code:i16 partition:i32 leader_id:i32 leader_epoch:i32@7+ replica_node:i32[] isr_node:i32[]
          offline_replica:i32[]@5+ ]
        topic_authorized_operations:i32@8+ ]
      cluster_authorized_operations:i32@8-10 error_code:i16@13+`,
  },
  19: {
    name: "CreateTopics",
    newest: 7,
    flexibleFrom: 5,
    request: `topics[ topic:string num_partitions:i32 replication_factor:i16
        assignments[ partition_index:i32 broker_id:i32[] ] configs[ name:string value:string ] ]
      timeout_ms:i32 validate_only:bool@1+`,
    response: `throttle_time_ms:i32@2+
      topics[ topic:string named_topic_id:uuid@7+ error_code:i16 error_message:string@1+ num_partitions:i32@5+
        replication_factor:i16@5+
        configs[ name:string value:string read_only:bool config_source:i8 is_sensitive:bool ]@5+ ]`,
  },
  20: {
    name: "DeleteTopics",
    newest: 6,
    flexibleFrom: 4,
    request: "topics[ topic:string topic_id:uuid ]@6+ topic:string[]@0-5 timeout_ms:i32",
    response: `throttle_time_ms:i32@1+
      responses[ topic:string topic_id:uuid@6+ error_code:i16 error_message:string@5+ ]`,
  },
  32: {
    name: "DescribeConfigs",
    newest: 4,
    flexibleFrom: 4,
    request: `resources[ resource_type:i8 resource_name:string configuration_key:string[] ] include_synonyms:bool@1+
      include_documentation:bool@3+`,
    response: `throttle_time_ms:i32
      results[ error_code:i16 error_message:string resource_type:i8 resource_name:string
        configs[ name:string value:string read_only:bool is_default:bool@0 config_source:i8@1+ is_sensitive:bool
          synonyms[ name:string value:string source:i8 ]@1+ config_type:i8@3+ documentation:string@3+ ] ]`,
  },
  33: {
    name: "AlterConfigs",
    newest: 2,
    flexibleFrom: 2,
    request: `resources[ resource_type:i8 resource_name:string configs[ name:string value:string ] ] validate_only:bool`,
    response: `throttle_time_ms:i32 responses${RESOURCE_RESULTS}`,
  },
  37: {
    name: "CreatePartitions",
    newest: 3,
    flexibleFrom: 2,
    request: `topics[ topic:string count:i32 assignments[ broker_id:i32[] ] ] timeout_ms:i32 validate_only:bool`,
    response: "throttle_time_ms:i32 results[ topic:string error_code:i16 error_message:string ]",
  },
  43: {
    name: "ElectLeaders",
    newest: 2,
    flexibleFrom: 2,
    request: "election_type:i8@1+ topics[ topic:string partition:i32[] ] timeout_ms:i32",
    response: `throttle_time_ms:i32 error_code:i16@1+
      results[ topic:string partitions[ partition:i32 error_code:i16 error_message:string ] ]`,
  },
  44: {
    name: "IncrementalAlterConfigs",
    newest: 1,
    flexibleFrom: 1,
    request: `resources[ resource_type:i8 resource_name:string
        configs[ name:string config_operation:i8 value:string ] ] validate_only:bool`,
    response: `throttle_time_ms:i32 responses${RESOURCE_RESULTS}`,
  },
  45: {
    name: "AlterPartitionReassignments",
    newest: 1,
    flexibleFrom: 0,
    request: `timeout_ms:i32 allow_replication_factor_change:bool@1+
      topics[ topic:string partitions[ partition:i32 replica:i32[] ] ]`,
    response: `throttle_time_ms:i32 allow_replication_factor_change:bool@1+ error_code:i16 error_message:string
      responses[ topic:string partitions[ partition:i32 error_code:i16 error_message:string ] ]`,
  },
  46: {
    name: "ListPartitionReassignments",
    newest: 0,
    flexibleFrom: 0,
    request: "timeout_ms:i32 topics[ topic:string partition:i32[] ]",
    response: "throttle_time_ms:i32 error_code:i16 error_message:string rest",
  },
  75: {
    name: "DescribeTopicPartitions",
    newest: 0,
    flexibleFrom: 0,
    request: "topics[ topic:string ] response_partition_limit:i32 rest",
    response: `throttle_time_ms:i32
      topics[ error_code:i16 topic:string named_topic_id:uuid is_internal:bool
        partitions[ error_code:i16 partition:i32 leader_id:i32 leader_epoch:i32 replica_node:i32[] isr_node:i32[]
          eligible_leader_replica:i32[] last_known_elr:i32[] offline_replica:i32[] ]
        topic_authorized_operations:i32 ] rest`,
  },
};

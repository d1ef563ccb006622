import type { ApiSchemas } from "./api-schema.ts";

const STATUS = "throttle_time_ms:i32 error_code:i16";
const RESULT = `${STATUS} error_message:string`;

/** APIs by which clients get to know a cluster and prove who they are. What is secret in them is not read. */
export const CONNECTION_APIS: ApiSchemas = {
  17: {
    name: "SaslHandshake",
    newest: 1,
    request: "mechanism:string",
    response: "error_code:i16 offered_mechanism:string[]",
  },
  18: {
    name: "ApiVersions",
    newest: 4,
    flexibleFrom: 3,
    // Old librdkafka writes the beginning of a list of keys, which the final protocol does not have.
    request: "client_software_name:string@3+ client_software_version:string@3+ rest",
    response: `error_code:i16 api_keys[ api_key:i16 min_version:i16 max_version:i16 ] throttle_time_ms:i32@1+`,
  },
  29: {
    name: "DescribeAcls",
    newest: 3,
    flexibleFrom: 2,
    request: `resource_type:i8 resource_name:string pattern_type:i8@1+ principal:string host:string operation:i8
      permission_type:i8`,
    response: `${RESULT} rest`,
  },
  30: {
    name: "CreateAcls",
    newest: 3,
    flexibleFrom: 2,
    request: `creations[ resource_type:i8 resource_name:string pattern_type:i8@1+ principal:string host:string
      operation:i8 permission_type:i8 ]`,
    response: "throttle_time_ms:i32 results[ error_code:i16 error_message:string ]",
  },
  31: {
    name: "DeleteAcls",
    newest: 3,
    flexibleFrom: 2,
    request: `filters[ resource_type:i8 resource_name:string pattern_type:i8@1+ principal:string host:string
      operation:i8 permission_type:i8 ]`,
    response: `throttle_time_ms:i32
      filter_results[ error_code:i16 error_message:string
        matching_acls[ error_code:i16 error_message:string resource_type:i8 resource_name:string pattern_type:i8@1+
          principal:string host:string operation:i8 permission_type:i8 ] ]`,
  },
  36: {
    name: "SaslAuthenticate",
    newest: 2,
    flexibleFrom: 2,
    request: "auth_bytes:bytes",
    response: "error_code:i16 error_message:string auth_bytes:bytes session_lifetime_ms:i64@1+",
  },
  38: { name: "CreateDelegationToken", newest: 3, flexibleFrom: 2, request: "rest", response: "error_code:i16 rest" },
  39: { name: "RenewDelegationToken", newest: 2, flexibleFrom: 2, request: "rest", response: "error_code:i16 rest" },
  40: { name: "ExpireDelegationToken", newest: 2, flexibleFrom: 2, request: "rest", response: "error_code:i16 rest" },
  41: { name: "DescribeDelegationToken", newest: 3, flexibleFrom: 2, request: "rest", response: "error_code:i16 rest" },
  48: { name: "DescribeClientQuotas", newest: 1, flexibleFrom: 1, request: "rest", response: `${RESULT} rest` },
  49: {
    name: "AlterClientQuotas",
    newest: 1,
    flexibleFrom: 1,
    request: "rest",
    response: `throttle_time_ms:i32
      entries[ error_code:i16 error_message:string entity[ entity_type:string entity_name:string ] ]`,
  },
  50: { name: "DescribeUserScramCredentials", newest: 0, flexibleFrom: 0, request: "rest", response: `${RESULT} rest` },
  51: {
    name: "AlterUserScramCredentials",
    newest: 0,
    flexibleFrom: 0,
    request: "rest",
    response: "throttle_time_ms:i32 results[ user:string error_code:i16 error_message:string ]",
  },
  60: {
    name: "DescribeCluster",
    newest: 2,
    flexibleFrom: 0,
    request: "include_cluster_authorized_operations:bool endpoint_type:i8@1+ include_fenced_brokers:bool@2+",
    response: `${RESULT} rest`,
  },
  71: {
    name: "GetTelemetrySubscriptions",
    newest: 0,
    flexibleFrom: 0,
    request: "client_instance_id:uuid",
    response: `${STATUS} rest`,
  },
  72: {
    name: "PushTelemetry",
    newest: 0,
    flexibleFrom: 0,
    request: "client_instance_id:uuid subscription_id:i32 terminating:bool compression_type:i8 metrics:bytes",
    response: STATUS,
  },
  74: { name: "ListConfigResources", newest: 1, flexibleFrom: 0, request: "rest", response: `${STATUS} rest` },
};

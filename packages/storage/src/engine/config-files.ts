import type { EnginePeers } from "./contract.ts";

/**
 * Configuration of the embedded engine. Local mode logs its own session in as `default` without a password, so that user may do nothing
 * but listen; Weir's own user gets a new random password at each start and all rights, from loopback only.
 */
export interface EngineSettings {
  /** Where the users are written, see {@link usersConfig}. */
  readonly usersFile: string;
  readonly password: string;
  readonly readerPassword: string;
  /** Most memory that the engine may use. */
  readonly memoryLimitBytes: number;
  readonly peers?: EnginePeers | undefined;
}

/** Name of Weir's own user. */
export const ENGINE_USER = "weir";
/** Name of the user for people's own SQL. */
export const READER_USER = "reader";

export function serverConfig({ usersFile, memoryLimitBytes, peers }: EngineSettings): string {
  return `<clickhouse>
  <logger><level>error</level><console>0</console></logger>
  <max_server_memory_usage>${memoryLimitBytes}</max_server_memory_usage>
  <mark_cache_size>268435456</mark_cache_size>
  <uncompressed_cache_size>0</uncompressed_cache_size>
  <max_concurrent_queries>50</max_concurrent_queries>
  <background_pool_size>2</background_pool_size>
  <background_schedule_pool_size>4</background_schedule_pool_size>
  <max_thread_pool_size>200</max_thread_pool_size>
  <user_directories><users_xml><path>${usersFile}</path></users_xml></user_directories>
  <merge_tree>
    <old_parts_lifetime>480</old_parts_lifetime>
    <fsync_after_insert>1</fsync_after_insert>
    <fsync_part_directory>1</fsync_part_directory>
  </merge_tree>${peers === undefined ? "" : remoteServers(peers)}
</clickhouse>
`;
}

function remoteServers({ cluster, hosts, peerPort, password }: EnginePeers): string {
  const shards = hosts.map((host) => `<shard><replica><host>${host}</host><port>${peerPort}</port></replica></shard>`);
  return `
  <remote_servers><${cluster}><secret>${password}</secret>${shards.join("")}</${cluster}></remote_servers>`;
}

export function usersConfig({ password, readerPassword, memoryLimitBytes }: EngineSettings): string {
  return `<clickhouse>
  <profiles>
    <default>
      <max_memory_usage>${Math.floor(memoryLimitBytes / 2)}</max_memory_usage>
      <max_bytes_before_external_group_by>${Math.floor(memoryLimitBytes / 4)}</max_bytes_before_external_group_by>
      <max_execution_time>60</max_execution_time>
      <max_threads>2</max_threads>
      <output_format_json_quote_64bit_integers>1</output_format_json_quote_64bit_integers>
    </default>
    <reader>
      <readonly>2</readonly>
      <max_memory_usage>${Math.floor(memoryLimitBytes / 4)}</max_memory_usage>
      <max_execution_time>60</max_execution_time>
      <max_threads>2</max_threads>
      <constraints>
        <max_memory_usage><min>1048576</min><max>${Math.floor(memoryLimitBytes / 4)}</max></max_memory_usage>
        <max_execution_time><min>1</min><max>60</max></max_execution_time>
      </constraints>
    </reader>
    <boot><function_sleep_max_microseconds_per_block>0</function_sleep_max_microseconds_per_block></boot>
  </profiles>
  <users>
    <default>
      <password></password><profile>boot</profile><quota>default</quota>
      <networks><ip>127.0.0.1</ip></networks>
      <grants><query>GRANT SYSTEM LISTEN ON *.*</query><query>GRANT SELECT ON system.numbers</query></grants>
    </default>
    <${ENGINE_USER}>
      <password>${password}</password><profile>default</profile><quota>default</quota>
      <networks><ip>127.0.0.1</ip><ip>::1</ip></networks>
      <access_management>1</access_management>
    </${ENGINE_USER}>
    <${READER_USER}>
      <password>${readerPassword}</password><profile>reader</profile><quota>default</quota>
      <networks><ip>127.0.0.1</ip><ip>::1</ip></networks>
      <grants><query>GRANT SELECT ON default.*</query></grants>
    </${READER_USER}>
  </users>
  <quotas><default/></quotas>
</clickhouse>
`;
}

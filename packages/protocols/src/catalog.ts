import { amqp } from "./amqp/index.ts";
import { amqp1 } from "./amqp1/index.ts";
import { cassandra } from "./cassandra/index.ts";
import { clickhouse } from "./clickhouse/index.ts";
import type { Dissector } from "./contract.ts";
import { dhcp } from "./dhcp/index.ts";
import { diameter } from "./diameter/index.ts";
import { dns } from "./dns/index.ts";
import { dubbo } from "./dubbo/index.ts";
import { fastcgi } from "./fastcgi/index.ts";
import { ftp } from "./ftp/index.ts";
import { http1 } from "./http1/index.ts";
import { http2 } from "./http2/index.ts";
import { kafka } from "./kafka/index.ts";
import { ldap } from "./ldap/index.ts";
import { memcached } from "./memcached/index.ts";
import { mongodb } from "./mongodb/index.ts";
import { mqtt } from "./mqtt/index.ts";
import { mysql } from "./mysql/index.ts";
import { nats } from "./nats/index.ts";
import { nfs } from "./nfs/index.ts";
import { ntp } from "./ntp/index.ts";
import { postgresql } from "./postgresql/index.ts";
import { proxy } from "./proxy/index.ts";
import { pulsar } from "./pulsar/index.ts";
import { quic } from "./quic/index.ts";
import { radius } from "./radius/index.ts";
import type { ProtocolId } from "./records.ts";
import { redis } from "./redis/index.ts";
import { rocketmq } from "./rocketmq/index.ts";
import { sip } from "./sip/index.ts";
import { smb } from "./smb/index.ts";
import { smtp } from "./smtp/index.ts";
import { snmp } from "./snmp/index.ts";
import { socks } from "./socks/index.ts";
import { ssh } from "./ssh/index.ts";
import { stomp } from "./stomp/index.ts";
import { syslog } from "./syslog/index.ts";
import { tds } from "./tds/index.ts";
import { thrift } from "./thrift/index.ts";
import { tls } from "./tls/index.ts";
import { websocket } from "./websocket/index.ts";
import { zookeeper } from "./zookeeper/index.ts";

/** List 2 of 2: how each protocol is read. */
export const CATALOG = [
  amqp,
  amqp1,
  cassandra,
  clickhouse,
  dhcp,
  diameter,
  dns,
  dubbo,
  fastcgi,
  ftp,
  http1,
  http2,
  kafka,
  ldap,
  memcached,
  mongodb,
  mqtt,
  mysql,
  nats,
  nfs,
  ntp,
  postgresql,
  proxy,
  pulsar,
  quic,
  radius,
  redis,
  rocketmq,
  sip,
  smb,
  smtp,
  snmp,
  socks,
  ssh,
  stomp,
  syslog,
  tds,
  thrift,
  tls,
  websocket,
  zookeeper,
] as const satisfies readonly Dissector<ProtocolId>[];

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
/** Fails to compile when a protocol stands in one list only. */
export const LISTS_AGREE: Same<(typeof CATALOG)[number]["id"], ProtocolId> = true;

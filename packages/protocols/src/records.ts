import { amqpRecord } from "./amqp/record.ts";
import { amqp1Record } from "./amqp1/record.ts";
import { cassandraRecord } from "./cassandra/record.ts";
import { clickhouseRecord } from "./clickhouse/record.ts";
import { dhcpRecord } from "./dhcp/record.ts";
import { diameterRecord } from "./diameter/record.ts";
import { dnsRecord } from "./dns/record.ts";
import { dohRecord } from "./doh/record.ts";
import { dubboRecord } from "./dubbo/record.ts";
import { elasticsearchRecord } from "./elasticsearch/record.ts";
import { fastcgiRecord } from "./fastcgi/record.ts";
import { ftpRecord } from "./ftp/record.ts";
import { graphqlRecord } from "./graphql/record.ts";
import { grpcRecord } from "./grpc/record.ts";
import { http1Record } from "./http1/record.ts";
import { http2Record } from "./http2/record.ts";
import { jsonrpcRecord } from "./jsonrpc/record.ts";
import { kafkaRecord } from "./kafka/record.ts";
import { ldapRecord } from "./ldap/record.ts";
import { memcachedRecord } from "./memcached/record.ts";
import { mongodbRecord } from "./mongodb/record.ts";
import { mqttRecord } from "./mqtt/record.ts";
import { mysqlRecord } from "./mysql/record.ts";
import { natsRecord } from "./nats/record.ts";
import { nfsRecord } from "./nfs/record.ts";
import { ntpRecord } from "./ntp/record.ts";
import { postgresqlRecord } from "./postgresql/record.ts";
import { proxyRecord } from "./proxy/record.ts";
import { pulsarRecord } from "./pulsar/record.ts";
import { quicRecord } from "./quic/record.ts";
import { radiusRecord } from "./radius/record.ts";
import { redisRecord } from "./redis/record.ts";
import { rocketmqRecord } from "./rocketmq/record.ts";
import { sipRecord } from "./sip/record.ts";
import { smbRecord } from "./smb/record.ts";
import { smtpRecord } from "./smtp/record.ts";
import { snmpRecord } from "./snmp/record.ts";
import { soapRecord } from "./soap/record.ts";
import { socksRecord } from "./socks/record.ts";
import { sseRecord } from "./sse/record.ts";
import { sshRecord } from "./ssh/record.ts";
import { stompRecord } from "./stomp/record.ts";
import { syslogRecord } from "./syslog/record.ts";
import { tdsRecord } from "./tds/record.ts";
import { thriftRecord } from "./thrift/record.ts";
import { tlsRecord } from "./tls/record.ts";
import { websocketRecord } from "./websocket/record.ts";
import { zookeeperRecord } from "./zookeeper/record.ts";

/** List 1 of 2: what each protocol's calls carry. List 2 is `catalog.ts`; the compiler compares them. */
export const DISSECTED_RECORDS = [
  amqpRecord,
  amqp1Record,
  cassandraRecord,
  clickhouseRecord,
  dhcpRecord,
  diameterRecord,
  dnsRecord,
  dubboRecord,
  fastcgiRecord,
  ftpRecord,
  http1Record,
  http2Record,
  kafkaRecord,
  ldapRecord,
  memcachedRecord,
  mongodbRecord,
  mqttRecord,
  mysqlRecord,
  natsRecord,
  nfsRecord,
  ntpRecord,
  postgresqlRecord,
  proxyRecord,
  pulsarRecord,
  quicRecord,
  radiusRecord,
  redisRecord,
  rocketmqRecord,
  sipRecord,
  smbRecord,
  smtpRecord,
  snmpRecord,
  socksRecord,
  sshRecord,
  stompRecord,
  syslogRecord,
  tdsRecord,
  thriftRecord,
  tlsRecord,
  websocketRecord,
  zookeeperRecord,
] as const;

/** The same of protocols that are read inside another protocol's messages; list 2 of those is `http-applications.ts`. */
export const CARRIED_RECORDS = [
  dohRecord,
  elasticsearchRecord,
  graphqlRecord,
  grpcRecord,
  jsonrpcRecord,
  soapRecord,
  sseRecord,
] as const;

/** What the calls of all protocols carry. */
export const PROTOCOL_RECORDS = [...DISSECTED_RECORDS, ...CARRIED_RECORDS] as const;

/** Ids of protocols that are recognised by a stream's bytes. */
export type ProtocolId = (typeof DISSECTED_RECORDS)[number]["id"];

/** Ids of protocols that are recognised in another protocol's messages. */
export type CarriedId = (typeof CARRIED_RECORDS)[number]["id"];

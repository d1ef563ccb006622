import { amqp } from "./amqp.ts";
import { cassandra } from "./cassandra.ts";
import type { CallComparison } from "./comparison.ts";
import { diameter } from "./diameter.ts";
import { dns } from "./dns.ts";
import { dtls } from "./dtls.ts";
import { ftp } from "./ftp.ts";
import { http } from "./http.ts";
import { http2 } from "./http2.ts";
import { kafka } from "./kafka.ts";
import { ldap } from "./ldap.ts";
import { memcached } from "./memcached.ts";
import { mongodb } from "./mongodb.ts";
import { mqtt } from "./mqtt.ts";
import { mysql } from "./mysql.ts";
import { postgresql } from "./postgresql.ts";
import { quic } from "./quic.ts";
import { radius } from "./radius.ts";
import { redis } from "./redis.ts";
import { sip } from "./sip.ts";
import { smtp } from "./smtp.ts";
import { thrift } from "./thrift.ts";
import { tls } from "./tls.ts";
import { websocket } from "./websocket.ts";

/** Every protocol whose calls are compared with facts, one file each. */
export const COMPARISONS: readonly CallComparison[] = [
  amqp,
  cassandra,
  diameter,
  dns,
  dtls,
  ftp,
  http,
  http2,
  kafka,
  ldap,
  memcached,
  mongodb,
  mqtt,
  mysql,
  postgresql,
  quic,
  radius,
  redis,
  sip,
  smtp,
  thrift,
  tls,
  websocket,
];

import { elasticsearch } from "./elasticsearch/http.ts";
import { envoyAccessLogs } from "./envoy/grpc.ts";
import { ipfix, netflow, sflow } from "./flows/udp.ts";
import { jaegerGrpc } from "./jaeger/grpc.ts";
import { jaegerHttp } from "./jaeger/http.ts";
import { jaegerBinary, jaegerCompact } from "./jaeger/udp.ts";
import { loki } from "./loki/http.ts";
import { otlpGrpc } from "./otlp/grpc.ts";
import { otlpHttp } from "./otlp/http.ts";
import { prometheusRemoteWrite } from "./prometheus/http.ts";
import { pyroscope } from "./pyroscope/http.ts";
import type { Receiver } from "./receiver.ts";
import { sentry } from "./sentry/http.ts";
import { syslogTcp, syslogTls, syslogUdp } from "./syslog/receivers.ts";
import { zipkin } from "./zipkin/http.ts";

/** Everything that a hub can listen to. */
export const RECEIVERS: readonly Receiver[] = [
  otlpHttp,
  otlpGrpc,
  zipkin,
  jaegerHttp,
  jaegerGrpc,
  jaegerCompact,
  jaegerBinary,
  prometheusRemoteWrite,
  loki,
  elasticsearch,
  pyroscope,
  envoyAccessLogs,
  sentry,
  syslogUdp,
  syslogTcp,
  syslogTls,
  netflow,
  ipfix,
  sflow,
];

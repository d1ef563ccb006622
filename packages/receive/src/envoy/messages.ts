import { type Decoded, items, message, nested, one, textMap } from "../message/message.ts";
import { bool, int64, text, uint32, uint64 } from "../message/scalar.ts";

/** Messages of envoy/service/accesslog/v3/als.proto and envoy/data/accesslog/v3/accesslog.proto, as far as they are kept. */

const timestamp = message("Timestamp", { seconds: one(1, int64), nanos: one(2, uint32) });
/** google.protobuf.UInt32Value: a number that may be absent. */
const uint32Value = message("UInt32Value", { value: one(1, uint32) });

const socketAddress = message("SocketAddress", { address: one(2, text), portValue: one(3, uint32) });
const pipe = message("Pipe", { path: one(1, text) });
const address = message("Address", { socketAddress: nested(1, () => socketAddress), pipe: nested(2, () => pipe) });

const tlsProperties = message("TLSProperties", { tlsVersion: one(1, uint32), tlsSniHostname: one(3, text) });
/** That it is there is all that is kept of it. */
const unauthorized = message("Unauthorized", {});
const responseFlags = message("ResponseFlags", {
  failedLocalHealthcheck: one(1, bool),
  noHealthyUpstream: one(2, bool),
  upstreamRequestTimeout: one(3, bool),
  localReset: one(4, bool),
  upstreamRemoteReset: one(5, bool),
  upstreamConnectionFailure: one(6, bool),
  upstreamConnectionTermination: one(7, bool),
  upstreamOverflow: one(8, bool),
  noRouteFound: one(9, bool),
  delayInjected: one(10, bool),
  faultInjected: one(11, bool),
  rateLimited: one(12, bool),
  unauthorizedDetails: nested(13, () => unauthorized),
  rateLimitServiceError: one(14, bool),
  downstreamConnectionTermination: one(15, bool),
  upstreamRetryLimitExceeded: one(16, bool),
  streamIdleTimeout: one(17, bool),
  invalidEnvoyRequestHeaders: one(18, bool),
  downstreamProtocolError: one(19, bool),
  upstreamMaxStreamDurationReached: one(20, bool),
  responseFromCacheFilter: one(21, bool),
  noFilterConfigFound: one(22, bool),
  durationTimeout: one(23, bool),
  upstreamProtocolError: one(24, bool),
  noClusterFound: one(25, bool),
  overloadManager: one(26, bool),
  dnsResolutionFailure: one(27, bool),
});

const common = message("AccessLogCommon", {
  downstreamRemoteAddress: nested(2, () => address),
  downstreamLocalAddress: nested(3, () => address),
  tlsProperties: nested(4, () => tlsProperties),
  startTime: nested(5, () => timestamp),
  timeToLastUpstreamRxByte: nested(10, () => timestamp),
  timeToLastDownstreamTxByte: nested(12, () => timestamp),
  upstreamRemoteAddress: nested(13, () => address),
  upstreamCluster: one(15, text),
  responseFlags: nested(16, () => responseFlags),
  upstreamTransportFailureReason: one(18, text),
  routeName: one(19, text),
  downstreamDirectRemoteAddress: nested(20, () => address),
  customTags: textMap(22),
  duration: nested(23, () => timestamp),
  upstreamRequestAttemptCount: one(24, uint32),
  connectionTerminationDetails: one(25, text),
});

const request = message("HTTPRequestProperties", {
  requestMethod: one(1, uint32),
  scheme: one(2, text),
  authority: one(3, text),
  path: one(5, text),
  userAgent: one(6, text),
  forwardedFor: one(8, text),
  requestId: one(9, text),
  originalPath: one(10, text),
  requestBodyBytes: one(12, uint64),
  requestHeaders: textMap(13),
});
const response = message("HTTPResponseProperties", {
  responseCode: nested(1, () => uint32Value),
  responseBodyBytes: one(3, uint64),
  responseHeaders: textMap(4),
  responseCodeDetails: one(6, text),
});
const httpEntry = message("HTTPAccessLogEntry", {
  commonProperties: nested(1, () => common),
  protocolVersion: one(2, uint32),
  request: nested(3, () => request),
  response: nested(4, () => response),
});
const connection = message("ConnectionProperties", { receivedBytes: one(1, uint64), sentBytes: one(2, uint64) });
const tcpEntry = message("TCPAccessLogEntry", {
  commonProperties: nested(1, () => common),
  connectionProperties: nested(2, () => connection),
});

const locality = message("Locality", { region: one(1, text), zone: one(2, text) });
const node = message("Node", { id: one(1, text), cluster: one(2, text), locality: nested(4, () => locality) });
const identifier = message("Identifier", { node: nested(1, () => node), logName: one(2, text) });

const httpEntries = message("HTTPAccessLogEntries", { logEntry: items(1, () => httpEntry) });
const tcpEntries = message("TCPAccessLogEntries", { logEntry: items(1, () => tcpEntry) });

/** The identifier stands in the first message of a stream only. */
export const streamAccessLogsMessage = message("StreamAccessLogsMessage", {
  identifier: nested(1, () => identifier),
  httpLogs: nested(2, () => httpEntries),
  tcpLogs: nested(3, () => tcpEntries),
});
export type AccessLogCommon = Decoded<typeof common>;
export type AccessLogIdentifier = Decoded<typeof identifier>;
export type EnvoyAddress = Decoded<typeof address>;
export type HttpEntry = Decoded<typeof httpEntry>;
export type TcpEntry = Decoded<typeof tcpEntry>;
export type ResponseFlags = Decoded<typeof responseFlags>;

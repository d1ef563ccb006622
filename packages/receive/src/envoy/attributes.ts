import { present } from "../logs/log-row.ts";
import type { AccessLogCommon, EnvoyAddress, HttpEntry, ResponseFlags, TcpEntry } from "./messages.ts";

type Texts = Readonly<Record<string, string>>;

/** envoy.config.core.v3.RequestMethod. */
const METHODS = ["", "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];
const HTTP_VERSIONS = ["", "1.0", "1.1", "2", "3"];
const TLS_VERSIONS = ["", "1.0", "1.1", "1.2", "1.3"];

/** Envoy's own short words for its flags (https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage, RESPONSE_FLAGS). */
const FLAG_WORDS: Readonly<Record<keyof ResponseFlags, string>> = {
  failedLocalHealthcheck: "LH",
  noHealthyUpstream: "UH",
  upstreamRequestTimeout: "UT",
  localReset: "LR",
  upstreamRemoteReset: "UR",
  upstreamConnectionFailure: "UF",
  upstreamConnectionTermination: "UC",
  upstreamOverflow: "UO",
  noRouteFound: "NR",
  delayInjected: "DI",
  faultInjected: "FI",
  rateLimited: "RL",
  unauthorizedDetails: "UAEX",
  rateLimitServiceError: "RLSE",
  downstreamConnectionTermination: "DC",
  upstreamRetryLimitExceeded: "URX",
  streamIdleTimeout: "SI",
  invalidEnvoyRequestHeaders: "IH",
  downstreamProtocolError: "DPE",
  upstreamMaxStreamDurationReached: "UMSDR",
  responseFromCacheFilter: "RFCF",
  noFilterConfigFound: "NFCF",
  durationTimeout: "DT",
  upstreamProtocolError: "UPE",
  noClusterFound: "NC",
  overloadManager: "OM",
  dnsResolutionFailure: "DF",
};

/** What all access logs say, under OpenTelemetry's names where it has them, else Envoy's. */
export function commonAttributes(common: AccessLogCommon): Texts {
  const { tlsProperties, upstreamRequestAttemptCount, duration, customTags } = common;
  return {
    ...customTags,
    ...addressAttributes("client", common.downstreamRemoteAddress),
    ...addressAttributes("network.peer", common.downstreamDirectRemoteAddress),
    ...addressAttributes("server", common.downstreamLocalAddress),
    ...addressAttributes("envoy.upstream", common.upstreamRemoteAddress),
    ...present({
      "envoy.upstream.cluster": said(common.upstreamCluster),
      "envoy.upstream.failure_reason": said(common.upstreamTransportFailureReason),
      "envoy.upstream.attempts": upstreamRequestAttemptCount === 0 ? undefined : String(upstreamRequestAttemptCount),
      "envoy.route": said(common.routeName),
      "envoy.response_flags": flagsText(common.responseFlags),
      "envoy.connection_termination_details": said(common.connectionTerminationDetails),
      "envoy.duration_ns": duration === undefined ? undefined : String(nanoseconds(duration)),
      "tls.protocol.version": said(TLS_VERSIONS[tlsProperties?.tlsVersion ?? 0]),
      "tls.client.server_name": said(tlsProperties?.tlsSniHostname),
    }),
  };
}

export function httpAttributes({ protocolVersion, request, response }: HttpEntry): Texts {
  const code = response?.responseCode?.value;
  const [path, query] = (request?.originalPath || (request?.path ?? "")).split(/\?(.*)/s);
  return {
    ...headerAttributes("http.request.header", request?.requestHeaders),
    ...headerAttributes("http.response.header", response?.responseHeaders),
    ...present({
      "network.protocol.name": "http",
      "network.protocol.version": said(HTTP_VERSIONS[protocolVersion]),
      "http.request.method": said(METHODS[request?.requestMethod ?? 0]),
      "http.response.status_code": code === undefined ? undefined : String(code),
      "http.request.body.size": request === undefined ? undefined : String(request.requestBodyBytes),
      "http.response.body.size": response === undefined ? undefined : String(response.responseBodyBytes),
      "url.scheme": said(request?.scheme),
      "url.path": said(path),
      "url.query": said(query),
      "http.request.header.host": said(request?.authority),
      "http.request.header.x-request-id": said(request?.requestId),
      "http.request.header.x-forwarded-for": said(request?.forwardedFor),
      "user_agent.original": said(request?.userAgent),
      "envoy.response_code_details": said(response?.responseCodeDetails),
    }),
  };
}

export function tcpAttributes({ connectionProperties }: TcpEntry): Texts {
  return present({
    "network.transport": "tcp",
    "envoy.received_bytes": connectionProperties?.receivedBytes.toString(),
    "envoy.sent_bytes": connectionProperties?.sentBytes.toString(),
  });
}

/** Seconds and nanoseconds as one number. */
export function nanoseconds({ seconds, nanos }: { readonly seconds: bigint; readonly nanos: number }): bigint {
  return seconds * 1_000_000_000n + BigInt(nanos);
}

/** The flags that are set, in Envoy's own words; undefined where none is. */
export function flagsText(flags: ResponseFlags | undefined): string | undefined {
  if (flags === undefined) return undefined;
  const names = Object.keys(FLAG_WORDS) as (keyof ResponseFlags)[];
  const set = names.filter((name) => flags[name] !== undefined && flags[name] !== false);
  return said(set.map((name) => FLAG_WORDS[name]).join(","));
}

function addressAttributes(prefix: string, address: EnvoyAddress | undefined): Texts {
  if (address?.pipe !== undefined) return { [`${prefix}.address`]: address.pipe.path };
  if (address?.socketAddress === undefined) return {};
  const { address: host, portValue } = address.socketAddress;
  return { [`${prefix}.address`]: host, [`${prefix}.port`]: String(portValue) };
}

function headerAttributes(prefix: string, headers: Texts | undefined): Texts {
  return Object.fromEntries(
    Object.entries(headers ?? {}).map(([name, value]) => [`${prefix}.${name.toLowerCase()}`, value]),
  );
}

function said(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}

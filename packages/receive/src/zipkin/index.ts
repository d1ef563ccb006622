import { type OtelSpanRow, otelTraces } from "@weir/model";
import { readRequest } from "../message/read-request.ts";
import type { Reading, Rejections } from "../received.ts";
import { isIdentifiedSpan } from "../spans/identified.ts";
import { meaningOfTags } from "../spans/tags.ts";
import { listOfSpans, type ZipkinEndpoint, type ZipkinSpan } from "./messages.ts";

const NS_PER_US = 1_000n;
const TRACE_ID_DIGITS = 32;
const SPAN_ID_DIGITS = 16;

/** Reads spans of Zipkin's API v2 (`POST /api/v2/spans`) as rows of `otel_traces`. Input never throws. */
export function readZipkin(encoding: "json" | "protobuf", body: Uint8Array): Reading {
  return readRequest(listOfSpans, encoding, body, spanRows, (json) => ({ spans: json }));
}

function spanRows({ spans }: { readonly spans: readonly ZipkinSpan[] }, rejections: Rejections) {
  const rows = spans.flatMap((span): OtelSpanRow[] => {
    // Shorter ids are written with their leading zeros left out.
    const traceId = span.traceId.padStart(TRACE_ID_DIGITS, "0");
    const spanId = span.id.padStart(SPAN_ID_DIGITS, "0");
    return isIdentifiedSpan(traceId, spanId, span.name, rejections) ? [spanRow(span, traceId, spanId)] : [];
  });
  return [{ table: otelTraces, rows }];
}

function spanRow(span: ZipkinSpan, TraceId: string, SpanId: string): OtelSpanRow {
  const { parentId, localEndpoint, remoteEndpoint, annotations } = span;
  const service = localEndpoint?.serviceName ?? "";
  const tags = { ...endpointTags("network.local", localEndpoint), ...peerTags(remoteEndpoint), ...span.tags };
  return {
    ...meaningOfTags(tags, span.kind === "" ? undefined : span.kind),
    Timestamp: span.timestamp * NS_PER_US,
    TraceId,
    SpanId,
    ParentSpanId: parentId === "" ? "" : parentId.padStart(SPAN_ID_DIGITS, "0"),
    TraceState: "",
    SpanName: span.name,
    ServiceName: service,
    ResourceAttributes: service === "" ? {} : { "service.name": service },
    Duration: span.duration * NS_PER_US,
    "Events.Timestamp": annotations.map(({ timestamp }) => timestamp * NS_PER_US),
    "Events.Name": annotations.map(({ value }) => value),
    "Events.Attributes": annotations.map(() => ({})),
    "Links.TraceId": [],
    "Links.SpanId": [],
    "Links.TraceState": [],
    "Links.Attributes": [],
  };
}

function endpointTags(prefix: string, endpoint: ZipkinEndpoint | undefined): Record<string, string> {
  if (endpoint === undefined) return {};
  const address = endpoint.ipv4 === "" ? endpoint.ipv6 : endpoint.ipv4;
  return {
    ...(address === "" ? {} : { [`${prefix}.address`]: address }),
    ...(endpoint.port === 0 ? {} : { [`${prefix}.port`]: String(endpoint.port) }),
  };
}

function peerTags(endpoint: ZipkinEndpoint | undefined): Record<string, string> {
  const service = endpoint?.serviceName ?? "";
  return { ...endpointTags("network.peer", endpoint), ...(service === "" ? {} : { "peer.service": service }) };
}

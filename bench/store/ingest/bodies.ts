import { writeTraces } from "@weir/receive";
import { encode, exportLogsServiceRequest } from "@weir/receive/testing";
import { REMOTE_WRITE_HEADERS, remoteWriteBody } from "../../../e2e/hub/remote-write.ts";

/** A request that is ready to be sent, and how many records it carries. */
export interface Body {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly records: number;
}

const SPANS_PER_REQUEST = 512;
const LINES_PER_REQUEST = 1000;
const SERIES = 2000;
const SCRAPE_MS = 15_000;
const PROTOBUF = { "content-type": "application/x-protobuf" } as const;

/** Something that applications send: whom it goes to at a hub, and its requests. No two are alike: a hub takes what came before for a repetition. */
export interface Signal {
  readonly name: string;
  readonly receiver: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly table: string;
  readonly body: (index: number, count: number) => Body;
}

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, "0");

/** Spans as an SDK batches them. */
export const spans: Signal = {
  name: "spans, OTLP",
  receiver: "otlp-http",
  path: "/v1/traces",
  headers: PROTOBUF,
  table: "otel_traces",
  body(index) {
    const atNs = BigInt(Date.now() - 60_000 + index) * 1_000_000n;
    const resource = { "service.name": `service-${index % 20}`, "host.name": `node-${index % 10}` };
    const made = Array.from({ length: SPANS_PER_REQUEST }, (_, place) => {
      const number = index * SPANS_PER_REQUEST + place;
      const [isRoot, failed] = [place % 8 === 0, place % 97 === 0];
      return {
        ...{ resource, scope: { name: "shop", version: "1.4.2" }, events: [], links: [], statusMessage: "" },
        ...{ traceId: hex(number >> 3, 32), spanId: hex(number + 1, 16), parentSpanId: isRoot ? "" : hex(number, 16) },
        ...{
          name: `GET /things/${place % 40}`,
          kind: isRoot ? "Server" : "Client",
          status: failed ? "Error" : "Unset",
        },
        ...{ startNs: atNs, endNs: atNs + BigInt(1_000_000 + ((number * 7919) % 50_000_000)) },
        attributes: {
          ...{ "http.request.method": "GET", "http.response.status_code": failed ? 500 : 200 },
          ...{ "url.path": `/things/${number % 400}`, "server.address": "orders" },
        },
      };
    });
    return { bytes: writeTraces(made), records: made.length };
  },
};

/** Log lines of an application. */
export const logs: Signal = {
  name: "log lines, OTLP",
  receiver: "otlp-http",
  path: "/v1/logs",
  headers: PROTOBUF,
  table: "otel_logs",
  body(index) {
    const atNs = BigInt(Date.now() - 60_000 + index) * 1_000_000n;
    const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
    const logRecords = Array.from({ length: LINES_PER_REQUEST }, (_, place) => ({
      timeUnixNano: atNs + BigInt(place * 1000),
      severityNumber: place % 50 === 0 ? 17 : 9,
      severityText: place % 50 === 0 ? "ERROR" : "INFO",
      body: {
        stringValue: `request ${index}-${place} finished in ${(index * 31 + place * 17) % 5000} ms for order ${place}`,
      },
      attributes: [attribute("thread", `worker-${place % 16}`)],
      traceId: place % 4 === 0 ? hex(index * LINES_PER_REQUEST + place + 1, 32) : "",
    }));
    const resource = { attributes: [attribute("service.name", `service-${index % 20}`)] };
    const message = { resourceLogs: [{ resource, scopeLogs: [{ scope: { name: "shop" }, logRecords }] }] };
    return { bytes: encode(exportLogsServiceRequest, message), records: LINES_PER_REQUEST };
  },
};

/** Samples as Prometheus passes them on: a scrape of two thousand series after the other. */
export const samples: Signal = {
  name: "metric points, remote-write",
  receiver: "remote-write",
  path: "/api/v1/write",
  headers: REMOTE_WRITE_HEADERS,
  table: "otel_metrics_sum",
  body(index, count) {
    const atMs = Date.now() - (count - index) * SCRAPE_MS;
    const series = Array.from({ length: SERIES }, (_, number) => ({
      labels: {
        ...{ __name__: "http_requests_total", job: "shop", instance: `10.0.0.${number % 50}:9090` },
        ...{
          service: `service-${number % 20}`,
          code: String([200, 404, 500][number % 3]),
          path: `/things/${number % 40}`,
        },
        series: String(number),
      },
      samples: [{ atMs, value: index * (number % 100) }],
    }));
    return { bytes: remoteWriteBody(series), records: SERIES };
  },
};

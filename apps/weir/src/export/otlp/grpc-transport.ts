// @grpc/grpc-js: gRPC's own client for Node; the receivers use it as well.
import { Client, credentials, Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { readOtlpAnswer, readRetryDelayMs } from "@weir/receive";
import type { Outcome, SentSignal, Transport } from "./transport.ts";

const REQUEST_MS = 10_000;
const STANDARD_PORT = 4317;
const GZIP = 2;
const METHODS: Readonly<Record<SentSignal, string>> = {
  traces: "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
  metrics: "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
  logs: "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
};
/** Codes after which the same request may be sent again (OTLP 1.x, "Failures"); RESOURCE_EXHAUSTED only with a delay. */
const PASSING: ReadonlySet<number> = new Set([
  status.CANCELLED,
  status.DEADLINE_EXCEEDED,
  status.ABORTED,
  status.OUT_OF_RANGE,
  status.UNAVAILABLE,
  status.DATA_LOSS,
]);

/** OTLP/gRPC with gzip: `grpc://HOST:PORT`, or `grpcs://` with TLS. */
export function grpcTransport(url: URL, headers: Readonly<Record<string, string>>): Transport {
  const isSecure = url.protocol === "grpcs:";
  const address = `${url.hostname}:${url.port === "" ? STANDARD_PORT : url.port}`;
  const client = new Client(address, isSecure ? credentials.createSsl() : credentials.createInsecure(), {
    "grpc.default_compression_algorithm": GZIP,
    "grpc.service_config_disable_resolution": 1,
  });
  const metadata = Metadata.fromHttp2Headers(headers);
  return {
    target: url.href,
    prepare: (body) => body,
    send: (signal, body) =>
      new Promise<Outcome>((resolve) => {
        const deadline = Date.now() + REQUEST_MS;
        const done = (error: ServiceError | null, answer?: Buffer) =>
          resolve(error === null ? takenOf(answer ?? Buffer.alloc(0)) : failureOf(error));
        client.makeUnaryRequest(METHODS[signal], asBuffer, asBuffer, body, metadata, { deadline }, done);
      }),
    close: () => client.close(),
  };
}

const asBuffer = (bytes: Uint8Array) => Buffer.from(bytes);

function takenOf(answer: Uint8Array): Outcome {
  return { kind: "taken", ...(readOtlpAnswer(answer) ?? { rejected: 0, message: "" }) };
}

function failureOf(error: ServiceError): Outcome {
  const [details] = error.metadata.get("grpc-status-details-bin");
  const afterMs = details instanceof Buffer ? readRetryDelayMs(details) : undefined;
  const why = `it answered ${status[error.code]}: ${error.details}`;
  const passes = PASSING.has(error.code) || (error.code === status.RESOURCE_EXHAUSTED && afterMs !== undefined);
  return passes ? { kind: "later", why, afterMs } : { kind: "refused", why };
}

import { OTLP_SIGNALS, type OtlpEncoding, type OtlpSignal, otlpAnswer, RpcCode, rpcStatus } from "@weir/receive";
import { BadRequest, type RequestFailure } from "../failure.ts";
import { type HttpRoute, httpReceiver } from "../http/server.ts";
import { httpStatus } from "../http/status.ts";

const CONTENT_TYPES: Readonly<Record<OtlpEncoding, string>> = {
  protobuf: "application/x-protobuf",
  json: "application/json",
};

/** Profiles are in development: their path says so. */
const PATHS: Readonly<Record<OtlpSignal, string>> = {
  traces: "/v1/traces",
  logs: "/v1/logs",
  metrics: "/v1/metrics",
  profiles: "/v1development/profiles",
};

const CODES: Readonly<Record<RequestFailure["reason"], RpcCode>> = {
  malformed: RpcCode.invalidArgument,
  tooLarge: RpcCode.invalidArgument,
  unsupported: RpcCode.invalidArgument,
  unauthenticated: RpcCode.unauthenticated,
  forbidden: RpcCode.permissionDenied,
  busy: RpcCode.resourceExhausted,
  notAcknowledged: RpcCode.unavailable,
  bug: RpcCode.internal,
};

/** OTLP over HTTP (https://opentelemetry.io/docs/specs/otlp/#otlphttp), both encodings, answered in the sender's. */
export const otlpHttp = httpReceiver(
  { name: "otlp-http", title: "OTLP over HTTP", standardPort: 4318 },
  OTLP_SIGNALS.map(route),
);

function route(signal: OtlpSignal): HttpRoute {
  return {
    method: "POST",
    path: PATHS[signal],
    async handle({ contentType, body }, intake) {
      const encoding = encodingOf(contentType);
      if (encoding === undefined) {
        throw new BadRequest("unsupported", `"${contentType}" is none of ${Object.values(CONTENT_TYPES).join(", ")}`);
      }
      const { rejectedItems, message } = await intake.takeBody(`${signal} ${encoding}`, "otlp", body, {
        signal,
        encoding,
      });
      return {
        status: 200,
        headers: { "content-type": CONTENT_TYPES[encoding] },
        body: otlpAnswer(signal, encoding, { items: rejectedItems, message }),
      };
    },
    failure({ reason, message, retryAfterSeconds }, contentType) {
      const encoding = encodingOf(contentType) ?? "json";
      const failure = {
        code: CODES[reason],
        message,
        ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      };
      return {
        status: httpStatus(reason),
        headers: { "content-type": CONTENT_TYPES[encoding] },
        body: rpcStatus(failure, encoding),
      };
    },
  };
}

function encodingOf(contentType: string): OtlpEncoding | undefined {
  if (contentType === CONTENT_TYPES.protobuf || contentType === "application/protobuf") return "protobuf";
  return contentType === CONTENT_TYPES.json ? "json" : undefined;
}

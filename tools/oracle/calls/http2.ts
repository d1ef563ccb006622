import type { Call } from "@weir/model";
import { maskTarget } from "../../../packages/protocols/src/common/http/target.ts";
import { statusName } from "../../../packages/protocols/src/grpc/status.ts";
import { errorName } from "../../../packages/protocols/src/http2/wire.ts";
import type { CallComparison } from "./comparison.ts";
import { valuesOf } from "./comparison.ts";

/** Facts as tshark names them, with the attribute that says the same. */
const REQUEST_FACTS = [
  ["http2.headers.method", "http.request.method"],
  ["http2.headers.authority", "http.request.header.host"],
] as const;

/** The facts files cut values at this length, and say so. */
const CUT_CHARACTERS = 200;
/** Error codes of streams that are finished, of which no call can tell: nothing more is wanted, nothing more was expected. */
const OF_FINISHED: ReadonlySet<string> = new Set(["NO_ERROR", "STREAM_CLOSED"]);

/** HTTP/2: methods, paths, authorities and status codes, error codes of RST_STREAM and GOAWAY, and the status that gRPC puts into trailers. */
export const http2: CallComparison = {
  events: ["http2"],
  protocols: ["http", "dns", "grpc", "graphql", "jsonrpc", "soap", "sse", "websocket"],
  fromEvent: (event) => [
    ...said("http2.headers.method", valuesOf(event, "http2.headers.method")),
    // Weir masks the values of secret parameters.
    ...said("http2.headers.path", valuesOf(event, "http2.headers.path").map(maskTarget)),
    ...said("http2.headers.authority", valuesOf(event, "http2.headers.authority").map(withoutUser)),
    // Interim responses are no answers.
    ...said(
      "http2.headers.status",
      valuesOf(event, "http2.headers.status").filter((code) => !code.startsWith("1")),
    ),
    ...said(
      "http2.rst_stream.error",
      valuesOf(event, "http2.rst_stream.error")
        .map((code) => errorName(Number(code)))
        .filter((name) => !OF_FINISHED.has(name)),
    ),
    // A graceful one is said in the calls that it ends, if it ends any.
    ...said(
      "http2.goaway.error",
      valuesOf(event, "http2.goaway.error")
        .map((code) => errorName(Number(code)))
        .filter((name) => name !== "NO_ERROR"),
    ),
    ...said("grpc-status", grpcStatuses(event["grpc"])),
  ],
  fromCall(call) {
    const { attributes, requestPackets, responsePackets, operation } = call;
    if (attributes["network.protocol.version"] !== "2") return [];
    const [, request] = requestPackets;
    const [, response] = responsePackets;
    if (operation === "GOAWAY") return [{ fact: "http2.goaway.error", value: call.statusCode, frame: request }];
    const status = attributes["http.response.status_code"];
    const error = attributes["weir.http2.error_code"];
    // gRPC-Web has its status in the body, where the facts do not look.
    const isInTrailers =
      attributes["weir.grpc.status_source"] === "trailers" && attributes["weir.grpc.variant"] === "grpc";
    const code = isInTrailers ? attributes["rpc.status_code"] : undefined;
    return [
      ...(attributes["weir.http2.upgraded"] === undefined ? requestFacts(call) : []),
      ...(status === undefined ? [] : [{ fact: "http2.headers.status", value: status, frame: response }]),
      ...(error === undefined || OF_FINISHED.has(error)
        ? []
        : [{ fact: "http2.rst_stream.error", value: error, frame: response ?? request }]),
      ...(code === undefined ? [] : [{ fact: "grpc-status", value: code, frame: response }]),
    ];
  },
};

function requestFacts({ attributes, requestPackets }: Call) {
  const [, frame] = requestPackets;
  const path = attributes["url.path"];
  const query = attributes["url.query"];
  return [
    ...REQUEST_FACTS.flatMap(([fact, name]) => {
      const value = attributes[name];
      return value === undefined ? [] : [{ fact, value, frame }];
    }),
    ...(path === undefined
      ? []
      : said("http2.headers.path", [query === undefined ? path : `${path}?${query}`]).map((one) => ({
          ...one,
          frame,
        }))),
  ];
}

function said(fact: string, values: readonly string[]) {
  return values.map((value) => ({
    fact,
    value: value.length > CUT_CHARACTERS ? `${value.slice(0, CUT_CHARACTERS)}…` : value,
  }));
}

/** Weir leaves out who asks. */
function withoutUser(authority: string): string {
  return authority.slice(authority.lastIndexOf("@") + 1);
}

/** Facts keep gRPC's fields as pairs of name and value. */
function grpcStatuses(pairs: unknown): string[] {
  if (!Array.isArray(pairs)) return [];
  return pairs.flatMap((pair) =>
    Array.isArray(pair) && pair[0] === "grpc-status" ? [statusName(String(pair[1]))] : [],
  );
}

import type { CallComparison } from "./comparison.ts";
import { valuesOf } from "./comparison.ts";

/** HTTP/1: methods, targets, hosts and status codes. */
export const http: CallComparison = {
  events: ["http"],
  protocols: ["http", "grpc", "graphql", "jsonrpc", "soap", "sse"],
  fromEvent: (event) =>
    ["http.request.method", "http.request.uri", "http.response.code"].flatMap((fact) =>
      valuesOf(event, fact).map((value) => ({ fact, value })),
    ),
  fromCall({ attributes, requestPackets, responsePackets }) {
    const version = attributes["network.protocol.version"] ?? "";
    if (version.startsWith("2") || version.startsWith("3")) return [];
    const { "http.request.method": method, "http.response.status_code": code } = attributes;
    const path = attributes["url.path"];
    const query = attributes["url.query"];
    return [
      ...(method === undefined ? [] : [{ fact: "http.request.method", value: method, frame: requestPackets[1] }]),
      ...(path === undefined
        ? []
        : [
            {
              fact: "http.request.uri",
              value: query === undefined ? path : `${path}?${query}`,
              frame: requestPackets[1],
            },
          ]),
      ...(code === undefined ? [] : [{ fact: "http.response.code", value: code, frame: responsePackets[1] }]),
    ];
  },
};

import type { Call } from "@weir/model";
import { maskTarget } from "../../../packages/protocols/src/common/http/target.ts";
import type { CallComparison, FactsEvent, Said } from "./comparison.ts";
import { valuesOf } from "./comparison.ts";

type Statement = Pick<Said, "fact" | "value">;

/** tshark's fields that are compared as they are. */
const REQUEST_FACTS = ["http.request.method", "http.request.version", "http.host", "http.user_agent"] as const;
const RESPONSE_FACTS = ["http.response.code", "http.response.version"] as const;
/** The facts files cut values at this length, and say so. */
const CUT_CHARACTERS = 200;

/** HTTP/1: methods, targets, versions, hosts, user agents, status codes (interim ones too), content types and transfer codings. */
export const http: CallComparison = {
  events: ["http"],
  protocols: ["http", "elasticsearch", "graphql", "grpc", "jsonrpc", "soap", "sse"],
  fromEvent(event) {
    return [
      ...[...REQUEST_FACTS, ...RESPONSE_FACTS].flatMap((fact) =>
        // Of a request line that is cut, tshark's version is empty.
        valuesOf(event, fact).flatMap((value) => (value === "" ? [] : [said(fact, value)])),
      ),
      ...valuesOf(event, "http.request.uri").map((value) => said("http.request.uri", maskTarget(value))),
      ...valuesOf(event, "http.content_type").map((value) => said(sideOf(event, "content_type"), value)),
      ...valuesOf(event, "http.transfer_encoding").map((value) => said(sideOf(event, "transfer_encoding"), value)),
    ];
  },
  fromCall(call) {
    const version = call.attributes["network.protocol.version"] ?? "";
    return version.startsWith("2") || version.startsWith("3") ? [] : [...fromRequest(call), ...fromResponse(call)];
  },
};

function fromRequest({ attributes, requestPackets }: Call): Omit<Said, "stream">[] {
  const path = attributes["url.path"];
  const query = attributes["url.query"];
  const method = attributes["http.request.method"];
  if (method === undefined) return [];
  return present(
    [
      ["http.request.method", method],
      ["http.request.uri", query === undefined ? path : `${path}?${query}`],
      ["http.request.version", versionOf(attributes)],
      ["http.host", attributes["http.request.header.host"]],
      ["http.user_agent", attributes["user_agent.original"]],
      ["http.request.content_type", attributes["http.request.header.content-type"]],
      ["http.request.transfer_encoding", attributes["http.request.header.transfer-encoding"]],
    ],
    requestPackets[1],
  );
}

function fromResponse({ attributes, responsePackets }: Call): Omit<Said, "stream">[] {
  const code = attributes["http.response.status_code"];
  const interim = attributes["weir.http.interim_status_codes"]?.split(",") ?? [];
  const [first, last] = responsePackets;
  return [
    ...interim.flatMap((value) =>
      present(
        [
          ["http.response.code", value],
          ["http.response.version", responseVersionOf(attributes)],
        ],
        first,
      ),
    ),
    ...present(
      [
        ["http.response.code", code],
        ["http.response.version", code === undefined ? undefined : responseVersionOf(attributes)],
        ["http.response.content_type", attributes["http.response.header.content-type"]],
        ["http.response.transfer_encoding", attributes["http.response.header.transfer-encoding"]],
      ],
      last,
    ),
  ];
}

function versionOf(attributes: Readonly<Record<string, string>>): string | undefined {
  const version = attributes["network.protocol.version"];
  return version === undefined ? undefined : `HTTP/${version}`;
}

function responseVersionOf(attributes: Readonly<Record<string, string>>): string | undefined {
  const version = attributes["weir.http.response_version"];
  return version === undefined ? versionOf(attributes) : `HTTP/${version}`;
}

/** A header's fact with the side that sent it: of a frame that holds both, the response's. */
function sideOf(event: FactsEvent, name: string): string {
  return `http.${valuesOf(event, "http.response.code").length > 0 ? "response" : "request"}.${name}`;
}

function present(
  facts: readonly (readonly [fact: string, value: string | undefined])[],
  frame: number | undefined,
): Omit<Said, "stream">[] {
  return facts.flatMap(([fact, value]) => (value === undefined ? [] : [{ ...said(fact, value), frame }]));
}

/** Values are compared as far as the facts have them, without spaces around. */
function said(fact: string, value: string): Statement {
  return { fact, value: value.trim().slice(0, CUT_CHARACTERS - 1) };
}

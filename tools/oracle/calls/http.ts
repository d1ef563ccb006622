import type { Call } from "@weir/model";
import { maskTarget } from "../../../packages/protocols/src/common/http/target.ts";
import type { CallComparison, FactsEvent, Said } from "./comparison.ts";
import { valuesOf } from "./comparison.ts";

type Statement = Pick<Said, "fact" | "value">;

/** tshark's fields that are compared as they are. */
const REQUEST_FACTS = ["http.request.method", "http.request.version", "http.host", "http.user_agent"] as const;
const RESPONSE_FACTS = ["http.response.code", "http.response.version"] as const;
/** The facts files cut values at 200 characters; of a target, masked values are shorter than those that were cut. */
const COMPARED_CHARACTERS = 120;

/** HTTP/1: methods, targets, versions, hosts, user agents, status codes (interim ones too), content types and transfer codings. */
export const http: CallComparison = {
  events: ["http"],
  protocols: ["http", "dns", "elasticsearch", "graphql", "grpc", "jsonrpc", "soap", "sse"],
  fromEvent(event) {
    return [
      ...[...REQUEST_FACTS, ...RESPONSE_FACTS].flatMap((fact) =>
        // Of a request line that is cut, tshark's version is empty, or cut as well.
        valuesOf(event, fact).flatMap((value) =>
          /^(?:|H|HT|HTT|HTTP\/?(?:\d\.?)?)$/.test(value) ? [] : [said(fact, value)],
        ),
      ),
      ...valuesOf(event, "http.request.uri").map((value) => said("http.request.uri", maskTarget(value))),
      ...listed(sideOf(event, "content_type"), valuesOf(event, "http.content_type")),
      ...listed(sideOf(event, "transfer_encoding"), valuesOf(event, "http.transfer_encoding")),
    ];
  },
  fromCall(call) {
    const version = call.attributes["network.protocol.version"] ?? "";
    if (version.startsWith("2") || version.startsWith("3")) return [];
    const excuse = excuseOf(call);
    return [...fromRequest(call), ...fromResponse(call)].map((statement) => ({ ...statement, excuse }));
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
      ["http.request.version", requestVersionOf(attributes)],
      ["http.host", attributes["http.request.header.host"]],
      ["http.user_agent", attributes["user_agent.original"]],
    ],
    requestPackets[1],
  ).concat(
    fields("http.request.content_type", attributes["http.request.header.content-type"], requestPackets[1]),
    fields("http.request.transfer_encoding", attributes["http.request.header.transfer-encoding"], requestPackets[1]),
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
        ["http.response.version", first === undefined ? undefined : responseVersionOf(attributes)],
      ],
      last,
    ),
    ...fields("http.response.content_type", attributes["http.response.header.content-type"], last),
    ...fields("http.response.transfer_encoding", attributes["http.response.header.transfer-encoding"], last),
  ];
}

function versionOf(attributes: Readonly<Record<string, string>>): string | undefined {
  const version = attributes["network.protocol.version"];
  return version === undefined ? undefined : `HTTP/${version}`;
}

/** tshark waits for the end of a message, and says nothing of one whose end, or a part, is not in the capture. */
function excuseOf({ status, gradeReasons }: Call): string | undefined {
  if (gradeReasons.includes("missingSegments")) return "not whole: bytes of it are missing in the capture";
  if (gradeReasons.includes("captureEnded")) return "not whole: the capture ends before it does";
  return status === "aborted" || status === "timeout" ? "not whole: the connection ended before it did" : undefined;
}

/** Of HTTP/0.9, whose requests have no version, tshark says none. */
function requestVersionOf(attributes: Readonly<Record<string, string>>): string | undefined {
  return attributes["network.protocol.version"] === "0.9" ? undefined : versionOf(attributes);
}

function responseVersionOf(attributes: Readonly<Record<string, string>>): string | undefined {
  const version = attributes["weir.http.response_version"];
  return version === undefined ? requestVersionOf(attributes) : `HTTP/${version}`;
}

/** A header's fact with the side that sent it: of a frame that holds both, the response's. */
function sideOf(event: FactsEvent, name: string): string {
  return `http.${valuesOf(event, "http.response.code").length > 0 ? "response" : "request"}.${name}`;
}

function fields(fact: string, value: string | undefined, frame: number | undefined): Omit<Said, "stream">[] {
  return value === undefined ? [] : listed(fact, [value]).map((statement) => ({ ...statement, frame }));
}

function present(
  facts: readonly (readonly [fact: string, value: string | undefined])[],
  frame: number | undefined,
): Omit<Said, "stream">[] {
  return facts.flatMap(([fact, value]) => (value === undefined ? [] : [{ ...said(fact, value), frame }]));
}

/** Values are compared as far as the facts have them, without spaces around. */
function said(fact: string, value: string): Statement {
  return { fact, value: comparable(value) };
}

/** A header's values one by one: Weir joins those of several lines (RFC 9110 §5.3), tshark does not. Of a head that is cut, values may be empty. */
function listed(fact: string, values: readonly string[]): Statement[] {
  return values.flatMap((value) =>
    value.split(",").flatMap((one) => (comparable(one) === "" ? [] : [said(fact, one)])),
  );
}

/** tshark's texts end at a zero byte, and show what is no UTF-8 in their own way. */
function comparable(value: string): string {
  const [text = ""] = value.split("\0");
  return text
    .replace(/[^ -~]+/g, "?")
    .trim()
    .slice(0, COMPARED_CHARACTERS);
}

import type { Mark } from "@weir/base";
import type { CallStatus, EndReason } from "@weir/model";
import type { CallDraft } from "../call-draft.ts";
import { callOfExchange } from "../common/http/call-of-exchange.ts";
import type { HttpApplication, HttpExchange } from "../common/http/exchange.ts";
import { maskTarget } from "../common/http/target.ts";
import { present } from "../common/passage.ts";
import { versionOf } from "./cgi.ts";
import type { FastcgiRequest } from "./request.ts";

/** How a request came to its end: answered, given up by the web server, or never. */
export type RequestEnd =
  | { readonly kind: "answered" }
  | { readonly kind: "aborted"; readonly at: Mark }
  | { readonly kind: "closed"; readonly reason: EndReason }
  | { readonly kind: "limit" };

const ROLES: readonly string[] = ["", "RESPONDER", "AUTHORIZER", "FILTER"];
/** Protocol statuses (§5.5), with whose fault they are. */
const PROTOCOL_STATUSES: readonly (readonly [string, CallStatus])[] = [
  ["REQUEST_COMPLETE", "ok"],
  ["CANT_MPX_CONN", "serverError"],
  ["OVERLOADED", "serverError"],
  ["UNKNOWN_ROLE", "clientError"],
];

/** The call that a request is; undefined where nothing of it was seen. */
export function callOf(
  request: FastcgiRequest,
  end: RequestEnd,
  applications: readonly HttpApplication[],
): CallDraft | undefined {
  const exchange: HttpExchange = {
    version: versionOf(request.params),
    request: request.request,
    response: request.response,
    requestPassage: request.asked?.passage,
    responsePassage: request.answered?.passage,
    cutBy: cutBy(end),
    gradeReasons: gradeReasonsOf(request, end),
    attributes: attributesOf(request),
  };
  const draft = callOfExchange(exchange, applications);
  if (draft === undefined) return undefined;
  if (end.kind === "aborted") return { ...draft, ending: { by: "client", mark: end.at } };
  return request.ending === undefined ? draft : { ...draft, ...outcomeOf(request, draft) };
}

function cutBy(end: RequestEnd): HttpExchange["cutBy"] {
  if (end.kind === "aborted") return "reset";
  if (end.kind !== "closed") return undefined;
  return end.reason === "replaced" ? "captureEnd" : end.reason;
}

function gradeReasonsOf({ gradeReasons }: FastcgiRequest, end: RequestEnd): CallDraft["gradeReasons"] {
  const cut = cutBy(end) === "captureEnd" ? (["captureEnded"] as const) : [];
  const limit = end.kind === "limit" ? (["limitReached"] as const) : [];
  return [...new Set([...gradeReasons, ...cut, ...limit])];
}

/**
 * Where the application ended the request: what it could not do at all, then what it answered, then how its program ended. A response without a header
 * block is none, and web servers say 502 to their clients.
 */
function outcomeOf(
  { ending, response, request }: FastcgiRequest,
  { status, statusCode }: CallDraft,
): Pick<CallDraft, "status" | "statusCode"> {
  const [name = "", refused = "serverError"] = PROTOCOL_STATUSES[ending?.protocolStatus ?? 0] ?? [];
  if (refused !== "ok") return { status: refused, statusCode: name };
  if (response === undefined) return { status: request === undefined ? "unknown" : "serverError", statusCode };
  return { status: status === "ok" && ending?.appStatus !== 0 ? "serverError" : status, statusCode };
}

function attributesOf(request: FastcgiRequest): Record<string, string> {
  const { requestId, beginning, ending, params, stderrBytes } = request;
  const script = params.get("SCRIPT_FILENAME");
  return present({
    "weir.fastcgi.request_id": requestId,
    "weir.fastcgi.role": beginning === undefined ? undefined : (ROLES[beginning.role] ?? String(beginning.role)),
    "weir.fastcgi.keeps_connection": beginning?.keepsConnection,
    "weir.fastcgi.script_filename": script === undefined ? undefined : maskTarget(script),
    "weir.fastcgi.server_name": nonEmpty(params.get("SERVER_NAME")),
    "weir.fastcgi.remote_address": params.get("REMOTE_ADDR"),
    "url.scheme": schemeOf(params),
    "weir.fastcgi.app_status": ending?.appStatus,
    "weir.fastcgi.protocol_status":
      ending === undefined ? undefined : (PROTOCOL_STATUSES[ending.protocolStatus]?.[0] ?? ending.protocolStatus),
    "weir.fastcgi.stderr_bytes": stderrBytes === 0 ? undefined : stderrBytes,
    "weir.fastcgi.stderr": request.stderr,
  });
}

/** Some web servers name the scheme, others only say where it is encrypted. */
function schemeOf(params: ReadonlyMap<string, string>): string | undefined {
  const isEncrypted = params.get("HTTPS")?.toLowerCase() === "on";
  return nonEmpty(params.get("REQUEST_SCHEME")) ?? (isEncrypted ? "https" : undefined);
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}

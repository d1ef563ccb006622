import type { CallStatus } from "@weir/model";
import type { CallDraft } from "../call-draft.ts";
import type { HttpApplication } from "../common/http/exchange.ts";
import { isRecord, memberOf, parseBeginning, stringOf } from "../common/json/parse-beginning.ts";
import { parseEvents } from "../common/sse/events.ts";
import { jsonrpcRecord } from "./record.ts";

/** Methods of a batch that are listed. */
const MAX_LISTED = 10;
const MAX_MESSAGE_CHARACTERS = 200;
/** Errors of the caller by JSON-RPC 2.0 §5.1; all others are the server's, or its application's. */
const CLIENT_ERRORS: ReadonlySet<number> = new Set([-32700, -32600, -32601, -32602]);

/** JSON-RPC 2.0 in POST requests, answered at once or, as MCP does, in a stream of events. */
export const jsonrpc: HttpApplication & { readonly id: (typeof jsonrpcRecord)["id"] } = {
  id: jsonrpcRecord.id,
  refine(_exchange, draft) {
    const { requestBody, responseBody } = draft;
    if (requestBody?.includes('"jsonrpc"') !== true || draft.operation !== "POST") return undefined;
    const asked = parseBeginning(requestBody);
    const requests = (Array.isArray(asked) ? asked : [asked]).filter(isRpc);
    const methods = requests.map(({ method }) => stringOf(method)).filter((method) => method !== undefined);
    if (methods.length === 0) return undefined;
    const isBatch = Array.isArray(asked);
    return {
      ...draft,
      protocol: jsonrpcRecord.protocol,
      operation: isBatch ? "batch" : (methods[0] ?? ""),
      target: (isBatch ? undefined : subjectOf(requests[0])) ?? draft.target,
      ...outcomeOf(draft, errorOf(responseBody)),
      attributes: {
        ...draft.attributes,
        "rpc.system.name": "jsonrpc",
        "rpc.method": methods.slice(0, MAX_LISTED).join(","),
        "jsonrpc.protocol.version": "2.0",
        ...(isBatch ? { "weir.jsonrpc.batch_size": String(asked.length) } : idOf(requests[0])),
        ...errorAttributes(errorOf(responseBody)),
      },
    };
  },
};

type Rpc = Readonly<Record<string, unknown>>;

function isRpc(value: unknown): value is Rpc {
  return memberOf(value, "jsonrpc") === "2.0";
}

/** What the Model Context Protocol's methods are about: the tool or prompt by its name, the resource by its address. */
function subjectOf(request: Rpc | undefined): string | undefined {
  const params = request?.["params"];
  const method = stringOf(request?.["method"]);
  if (method === "tools/call" || method === "prompts/get") return stringOf(memberOf(params, "name"));
  return method === "resources/read" ? stringOf(memberOf(params, "uri"))?.split("?")[0] : undefined;
}

function idOf(request: Rpc | undefined): Record<string, string> {
  const id = request?.["id"];
  return typeof id === "string" || typeof id === "number" ? { "jsonrpc.request.id": String(id) } : {};
}

/** The error in an answer, of a batch the first one. */
function errorOf(body: string | undefined): Rpc | undefined {
  if (body === undefined || !body.includes('"error"')) return undefined;
  const isJson = body.startsWith("{") || body.startsWith("[");
  const answers = isJson ? [parseBeginning(body)] : parseEvents(`${body}\n\n`).data.map(parseBeginning);
  for (const answer of answers.flat()) {
    const error = isRpc(answer) ? answer["error"] : undefined;
    if (isRecord(error)) return error;
  }
  return undefined;
}

function codeOf(error: Rpc): number | undefined {
  return typeof error["code"] === "number" ? error["code"] : undefined;
}

function outcomeOf(draft: CallDraft, error: Rpc | undefined): Pick<CallDraft, "status" | "statusCode"> {
  const code = error === undefined ? undefined : codeOf(error);
  const { status, statusCode } = draft;
  if (code === undefined) return { status, statusCode };
  const fault: CallStatus = CLIENT_ERRORS.has(code) ? "clientError" : "serverError";
  return { status: status === "aborted" || status === "timeout" ? status : fault, statusCode: String(code) };
}

function errorAttributes(error: Rpc | undefined): Record<string, string> {
  if (error === undefined) return {};
  const code = codeOf(error);
  const message = stringOf(error["message"]);
  return {
    ...(code === undefined ? {} : { "rpc.response.status_code": String(code) }),
    ...(message === undefined ? {} : { "weir.jsonrpc.error_message": message.slice(0, MAX_MESSAGE_CHARACTERS) }),
  };
}

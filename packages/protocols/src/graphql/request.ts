import type { CallDraft } from "../call-draft.ts";
import type { HttpExchange } from "../common/http/exchange.ts";
import { isRecord, memberOf, parseBeginning, stringOf } from "../common/json/parse-beginning.ts";
import { type Operation, operationOf } from "./document.ts";

/** What a request asks for (GraphQL over HTTP §6). */
export interface GraphqlRequest {
  readonly operation: Operation | undefined;
  readonly operationName: string | undefined;
  /** SHA-256 of a persisted query. */
  readonly persistedQuery: string | undefined;
  /** Operations in a batch; undefined where it is none. */
  readonly batchSize: number | undefined;
}

/** The GraphQL request of an exchange. Decides by content type and first bytes before anything is parsed. */
export function graphqlRequestOf({ request }: HttpExchange, draft: CallDraft): GraphqlRequest | undefined {
  if (request === undefined) return undefined;
  if (draft.operation === "GET") return fromTarget(request.target ?? "");
  if (draft.operation !== "POST" || draft.requestBody === undefined) return undefined;
  const type = draft.attributes["http.request.header.content-type"] ?? "";
  if (type.startsWith("application/graphql") && !type.includes("json"))
    return fromMembers({ query: draft.requestBody });
  const text = type.startsWith("multipart/form-data") ? operationsPart(draft.requestBody) : draft.requestBody;
  if (text === undefined || !/^\s*[{[]/.test(text) || !/"(?:query|extensions|operationName)"\s*:/.test(text))
    return undefined;
  const body = parseBeginning(text);
  if (!Array.isArray(body)) return fromMembers(body);
  const first = fromMembers(body[0]);
  return first === undefined ? undefined : { ...first, batchSize: body.length };
}

/** The part `operations` of a multipart request that uploads files. */
function operationsPart(body: string): string | undefined {
  return /name="operations"[^\r\n]*\r\n(?:[^\r\n]+\r\n)*\r\n([^\r\n]*)/.exec(body)?.[1];
}

/** Parameters of a GET; only those of an endpoint that is called so, because every search has a `query`. */
function fromTarget(target: string): GraphqlRequest | undefined {
  const at = target.indexOf("?");
  if (at < 0 || !/graphql\/?$/i.test(target.slice(0, at))) return undefined;
  const parameters: Record<string, unknown> = {};
  for (const part of target.slice(at + 1).split("&")) {
    const equals = part.indexOf("=");
    const value = decoded(part.slice(equals + 1));
    const name = part.slice(0, Math.max(0, equals));
    if (name === "query" || name === "operationName") parameters[name] = value;
    else if (name === "extensions") parameters[name] = parseBeginning(value ?? "");
  }
  return fromMembers(parameters);
}

function fromMembers(members: unknown): GraphqlRequest | undefined {
  if (!isRecord(members)) return undefined;
  const operationName = stringOf(members["operationName"]);
  const query = stringOf(members["query"]);
  const operation = query === undefined ? undefined : operationOf(query, operationName);
  const hash = stringOf(memberOf(memberOf(members["extensions"], "persistedQuery"), "sha256Hash"));
  if (operation === undefined && hash === undefined) return undefined;
  return { operation, operationName: operationName ?? operation?.name, persistedQuery: hash, batchSize: undefined };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}

import type { CallDraft } from "../call-draft.ts";
import type { HttpApplication } from "../common/http/exchange.ts";
import { errorsOf, type GraphqlErrors } from "./errors.ts";
import { graphqlRecord } from "./record.ts";
import { type GraphqlRequest, graphqlRequestOf } from "./request.ts";

/** GraphQL over HTTP: POST with JSON or with the document itself, GET, batches, persisted queries, uploads. */
export const graphql: HttpApplication & { readonly id: (typeof graphqlRecord)["id"] } = {
  id: graphqlRecord.id,
  refine(exchange, draft) {
    const request = graphqlRequestOf(exchange, draft);
    if (request === undefined) return undefined;
    const errors = errorsOf(draft.responseBody);
    const { operation } = request;
    return {
      ...draft,
      protocol: graphqlRecord.protocol,
      operation: operation?.type ?? "query",
      target: request.operationName ?? (operation?.rootFields.join(",") || draft.target.split("?")[0]) ?? "",
      ...outcomeOf(draft, errors),
      attributes: attributesOf(draft, request, errors),
    };
  },
};

/** Errors come with a 200 as well: what they say counts more than HTTP's code. */
function outcomeOf(draft: CallDraft, errors: GraphqlErrors | undefined): Pick<CallDraft, "status" | "statusCode"> {
  const { status, statusCode } = draft;
  if (errors === undefined || status === "aborted" || status === "timeout") return { status, statusCode };
  return { status: errors.status, statusCode: errors.code ?? statusCode };
}

/** A GET has the document and its variables in its target. */
function maskDocument(query: string | undefined): string | undefined {
  return query?.replace(/\b(query|variables)=[^&]+/g, "$1=***");
}

function attributesOf(
  draft: CallDraft,
  { operation, operationName, persistedQuery, batchSize }: GraphqlRequest,
  errors: GraphqlErrors | undefined,
): Record<string, string> {
  const all: Record<string, string | undefined> = {
    ...draft.attributes,
    "url.query": maskDocument(draft.attributes["url.query"]),
    "graphql.operation.type": operation?.type,
    "graphql.operation.name": operationName,
    "graphql.document": operation?.masked,
    "weir.graphql.root_fields": operation?.rootFields.join(","),
    "weir.graphql.persisted_query": persistedQuery,
    "weir.graphql.batch_size": batchSize?.toString(),
    "weir.graphql.errors": errors?.count.toString(),
    "error.type": errors?.code,
    "weir.graphql.error_path": errors?.path,
  };
  const present: Record<string, string> = {};
  for (const [name, value] of Object.entries(all)) if (value !== undefined && value !== "") present[name] = value;
  return present;
}

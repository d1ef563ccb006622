import type { HttpApplication, HttpExchange } from "../common/http/exchange.ts";
import { headerOf } from "../common/http/headers.ts";
import { memberOf, parseBeginning, stringOf } from "../common/json/parse-beginning.ts";
import { endpointOf } from "./endpoint.ts";
import { elasticsearchRecord } from "./record.ts";

/** What Elasticsearch's own clients call themselves. */
const CLIENT = /^(?:elasticsearch|elastic-transport|elasticsearch-\w+|elastic-)/i;
const VENDOR_TYPE = "application/vnd.elasticsearch+";

/** Elasticsearch's HTTP API, where something beside the path says that it is: its header in answers, its content type, its clients. */
export const elasticsearch: HttpApplication & { readonly id: (typeof elasticsearchRecord)["id"] } = {
  id: elasticsearchRecord.id,
  refine(exchange, draft) {
    if (exchange.request === undefined || !isElasticsearch(exchange, draft.attributes)) return undefined;
    const { operation, index } = endpointOf(draft.operation, draft.target);
    const attributes: Record<string, string> = {
      ...draft.attributes,
      "db.system.name": "elasticsearch",
      "db.operation.name": operation,
    };
    if (index !== undefined) attributes["db.collection.name"] = index;
    const cluster = headerOf(exchange.response?.headers ?? [], "x-found-handling-cluster");
    if (cluster !== undefined) attributes["db.namespace"] = cluster;
    const isFailure = (exchange.response?.statusCode ?? 0) >= 400;
    const isBulk = operation === "bulk";
    if (isFailure || isBulk) {
      const answer = parseBeginning(draft.responseBody ?? "");
      const error = memberOf(answer, "error");
      const type = stringOf(memberOf(error, "type"));
      if (isFailure && type !== undefined) attributes["error.type"] = type;
      if (isBulk && memberOf(answer, "errors") === true) attributes["weir.elasticsearch.bulk_errors"] = "true";
    }
    return { ...draft, protocol: elasticsearchRecord.protocol, operation, target: index ?? draft.target, attributes };
  },
};

function isElasticsearch({ response }: HttpExchange, attributes: Readonly<Record<string, string>>): boolean {
  if (headerOf(response?.headers ?? [], "x-elastic-product") === "Elasticsearch") return true;
  const types = [attributes["http.request.header.content-type"], attributes["http.response.header.content-type"]];
  if (types.some((type) => type?.startsWith(VENDOR_TYPE))) return true;
  return CLIENT.test(attributes["user_agent.original"] ?? "");
}

import { field } from "@weir/model";
import type { ProtocolRecord } from "../contract.ts";

/** What calls of Elasticsearch carry beside what HTTP's carry. */
export const elasticsearchRecord = {
  id: "elasticsearch",
  protocol: "elasticsearch",
  name: "Elasticsearch",
  fields: [
    field("system", "string", "Always elasticsearch", { otel: "db.system.name", optional: true, cardinality: "few" }),
    field(
      "operation",
      "string",
      "Endpoint by its name in Elasticsearch's specification: search, bulk, cluster.health",
      {
        otel: "db.operation.name",
        optional: true,
        cardinality: "few",
      },
    ),
    field("index", "string", "Index or indices", { otel: "db.collection.name", optional: true }),
    field("errorType", "string", "Type of the error: index_not_found_exception", {
      otel: "error.type",
      optional: true,
      cardinality: "few",
    }),
    field("bulkErrors", "bool", "True where items of a bulk request failed", {
      otel: "weir.elasticsearch.bulk_errors",
      optional: true,
      cardinality: "few",
    }),
    field("cluster", "string", "Name of the cluster, where a proxy names it", {
      otel: "db.namespace",
      optional: true,
      cardinality: "few",
    }),
  ],
} as const satisfies ProtocolRecord;

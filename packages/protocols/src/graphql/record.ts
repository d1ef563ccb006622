import { field } from "@weir/model";
import type { ProtocolRecord } from "../contract.ts";

/** What calls of GraphQL carry beside what HTTP's carry. */
export const graphqlRecord = {
  id: "graphql",
  protocol: "graphql",
  name: "GraphQL",
  fields: [
    field("operationType", "string", "query, mutation or subscription", {
      otel: "graphql.operation.type",
      optional: true,
      cardinality: "few",
    }),
    field("operationName", "string", "Name of the operation", { otel: "graphql.operation.name", optional: true }),
    field("document", "string", "The operation's text without values", {
      otel: "graphql.document",
      optional: true,
      cardinality: "unbounded",
      sensitivity: "internal",
    }),
    field("rootFields", "string", "Fields at the operation's root, separated by commas", {
      otel: "weir.graphql.root_fields",
      optional: true,
    }),
    field("persistedQuery", "string", "Hash of a persisted query", {
      otel: "weir.graphql.persisted_query",
      optional: true,
      cardinality: "unbounded",
    }),
    field("batchSize", "int", "Operations in a batch", { otel: "weir.graphql.batch_size", optional: true }),
    field("errors", "int", "Errors in the kept beginning of the answer", {
      otel: "weir.graphql.errors",
      optional: true,
    }),
    field("errorCode", "string", "`extensions.code` of the first error that has one", {
      otel: "error.type",
      optional: true,
      cardinality: "few",
    }),
    field("errorPath", "string", "Field at which the first error arose", {
      otel: "weir.graphql.error_path",
      optional: true,
    }),
  ],
} as const satisfies ProtocolRecord;

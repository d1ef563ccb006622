import {
  type Call,
  type Connection,
  callRecord,
  connectionRecord,
  type Delivery,
  deliveryRecord,
  type Field,
  type Finding,
  field,
  findingRecord,
  type RecordDefinition,
  type Retry,
  retryRecord,
} from "@weir/model";
import type { ProtocolRecord } from "@weir/protocols";
import fc from "fast-check";

/** Two protocols, enough to test names with; the real ones are other packages' business. */
export const testProtocols = [
  {
    id: "http1",
    protocol: "http",
    name: "HTTP/1",
    fields: [
      field("method", "string", "Request method", { otel: "http.request.method", optional: true, cardinality: "few" }),
      field("statusCode", "int", "Status code", { otel: "http.response.status_code", optional: true }),
      field("path", "string", "Path of the target", { otel: "url.path", optional: true }),
      field("load", "float", "Some ratio", { otel: "weir.http.load", optional: true }),
    ],
  },
  {
    id: "dns",
    protocol: "dns",
    name: "DNS",
    fields: [
      field("question", "string", "Name asked for", { otel: "dns.question.name", optional: true }),
      field("truncated", "bool", "TC bit", { otel: "weir.dns.truncated", optional: true }),
      field("answerTimeNs", "int", "Some time", { otel: "weir.dns.answer_time", optional: true, unit: "ns" }),
    ],
  },
] as const satisfies readonly ProtocolRecord[];

const words = fc.constantFrom("", "a", "orders", "payments", "Ünïcode\n😀", "10.0.0.1", "tcp", "http", "dns");
const integers = fc.oneof(fc.constantFrom(0, 1, 5, 200, 500, 503), fc.integer({ min: 0, max: 2 ** 40 }));

function valuesOf({ type, values, unit, column }: Field): fc.Arbitrary<unknown> {
  switch (type) {
    case "string":
      return values === undefined ? words : fc.constantFrom(...values);
    case "bool":
      return fc.boolean();
    case "int":
      return unit === "count" || column === undefined || unit === "ns" ? integers : fc.nat({ max: 24 });
    case "float":
      return fc.constantFrom(0, 0.01, 0.5, 1);
    case "time":
      return fc.bigInt({ min: 0n, max: 2n ** 60n });
    case "string[]":
      return fc.array(words, { maxLength: 3 });
    case "int[]":
      return fc.array(integers, { maxLength: 3 });
    case "map":
      return fc.record(
        {
          "http.request.method": fc.constantFrom("GET", "POST", ""),
          "http.response.status_code": fc.constantFrom("200", "503", "", "many", "-1"),
          "url.path": words,
          "weir.http.load": fc.constantFrom("0.5", "1e3", "x"),
          "dns.question.name": words,
          "weir.dns.truncated": fc.constantFrom("true", "false", "perhaps"),
          "weir.dns.answer_time": fc.constantFrom("1000000", "5", ""),
        },
        { requiredKeys: [] },
      );
    default:
      return fc.constant([]);
  }
}

function recordOf(fields: readonly Field[]): fc.Arbitrary<Record<string, unknown>> {
  const required = fields.filter(({ optional }) => !optional).map(({ name }) => name);
  const model = Object.fromEntries(fields.map((each) => [each.name, valuesOf(each)]));
  return fc.record(model, { requiredKeys: required });
}

/** Any connection that the model allows. */
export const anyConnection = recordOf(connectionRecord.fields) as fc.Arbitrary<unknown> as fc.Arbitrary<Connection>;
/** Any call that the model allows. */
export const anyCall = recordOf(callRecord.fields) as fc.Arbitrary<unknown> as fc.Arbitrary<Call>;
/** Any logical call that the model allows. */
export const anyRetry = recordOf(retryRecord.fields) as fc.Arbitrary<unknown> as fc.Arbitrary<Retry>;
/** Any message that went from one call to another that the model allows. */
export const anyDelivery = recordOf(deliveryRecord.fields) as fc.Arbitrary<unknown> as fc.Arbitrary<Delivery>;
/** Any span, log record or metric point that the model allows, by the model's names. */
export const anyReported = (definition: RecordDefinition) => recordOf(definition.fields);
/** Any finding that the model allows, without steps and evidence. */
export const anyFinding = recordOf(findingRecord.fields) as fc.Arbitrary<unknown> as fc.Arbitrary<Finding>;

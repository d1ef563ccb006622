import { field } from "@weir/model";
import type { ProtocolRecord } from "../contract.ts";

/** What calls of SOAP carry beside what HTTP's carry. */
export const soapRecord = {
  id: "soap",
  protocol: "soap",
  name: "SOAP",
  fields: [
    field("system", "string", "Always soap", { otel: "rpc.system.name", optional: true, cardinality: "few" }),
    field("method", "string", "Name of the body's first element", { otel: "rpc.method", optional: true }),
    field("namespace", "string", "Namespace of that element, where it stands in it", {
      otel: "weir.soap.namespace",
      optional: true,
    }),
    field("action", "string", "SOAPAction header, or the parameter `action` of the content type", {
      otel: "weir.soap.action",
      optional: true,
    }),
    field("version", "string", "Version of SOAP: 1.1 or 1.2", {
      otel: "weir.soap.version",
      optional: true,
      cardinality: "few",
    }),
    field("faultCode", "string", "Code of the fault", {
      otel: "rpc.response.status_code",
      optional: true,
      cardinality: "few",
    }),
    field("faultReason", "string", "Reason of the fault in words", {
      otel: "weir.soap.fault_reason",
      optional: true,
      sensitivity: "internal",
    }),
  ],
} as const satisfies ProtocolRecord;

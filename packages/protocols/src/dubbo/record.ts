import { field } from "@weir/model";
import type { ProtocolRecord } from "../contract.ts";

const text = (name: string, meaning: string, otel: string) =>
  field(name, "string", meaning, { otel, optional: true, cardinality: "unbounded", sensitivity: "internal" });
const word = (name: string, meaning: string, otel: string) =>
  field(name, "string", meaning, { otel, optional: true, cardinality: "few" });

/** What calls of Dubbo carry. */
export const dubboRecord = {
  id: "dubbo",
  protocol: "dubbo",
  name: "Dubbo",
  fields: [
    word("system", "Always apache_dubbo", "rpc.system"),
    word("service", "Interface that is called", "rpc.service"),
    word("method", "Method that is called", "rpc.method"),
    word("error", "Class of the exception, else the name of the status", "error.type"),
    word("initiator", "`server` where the server began: a heartbeat, an event", "weir.call.initiator"),
    text("requestId", "Pairs requests and responses", "weir.dubbo.request_id"),
    word("serialization", "How bodies are written: hessian2, kryo, fastjson …", "weir.dubbo.serialization"),
    word("version", "Version of Dubbo that the client says", "weir.dubbo.version"),
    word("serviceVersion", "Version of the service", "weir.dubbo.service_version"),
    text("errorMessage", "First line of what the provider says about an error", "weir.dubbo.error_message"),
  ],
} as const satisfies ProtocolRecord;

import { field } from "@weir/model";
import type { ProtocolRecord } from "../contract.ts";

const text = (name: string, meaning: string, otel: string) =>
  field(name, "string", meaning, { otel, optional: true, cardinality: "many", sensitivity: "internal" });

/** What Diameter calls carry. */
export const diameterRecord = {
  id: "diameter",
  protocol: "diameter",
  name: "Diameter",
  fields: [
    field("commandCode", "int", "Command code", {
      otel: "weir.diameter.command_code",
      optional: true,
      cardinality: "few",
    }),
    field("applicationId", "int", "Application id", {
      otel: "weir.diameter.application_id",
      optional: true,
      cardinality: "few",
    }),
    text("hopByHopId", "Hop-by-Hop Identifier, which pairs request and answer", "weir.diameter.hop_by_hop_id"),
    text("sessionId", "Session-Id", "weir.diameter.session_id"),
    text("originHost", "Origin-Host of the request", "weir.diameter.origin_host"),
    text("originRealm", "Origin-Realm of the request", "weir.diameter.origin_realm"),
    text("destinationRealm", "Destination-Realm of the request", "weir.diameter.destination_realm"),
    field("requestType", "string", "CC-Request-Type of credit control: initial, update, termination, event", {
      otel: "weir.diameter.cc_request_type",
      optional: true,
      cardinality: "few",
    }),
    field("resultCode", "int", "Result-Code, or the code in Experimental-Result", {
      otel: "weir.diameter.result_code",
      optional: true,
      cardinality: "few",
    }),
    text("errorMessage", "Error-Message of the answer", "weir.diameter.error_message"),
    field("retransmitted", "bool", "T flag: the sender may have sent it before", {
      otel: "weir.diameter.retransmitted",
      optional: true,
      cardinality: "few",
    }),
    field("initiator", "string", "server, where the accepting end asks", {
      otel: "weir.call.initiator",
      optional: true,
      cardinality: "few",
    }),
  ],
} as const satisfies ProtocolRecord;

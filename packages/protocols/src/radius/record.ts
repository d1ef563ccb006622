import { field } from "@weir/model";
import type { ProtocolRecord } from "../contract.ts";

const text = (name: string, meaning: string, otel: string) =>
  field(name, "string", meaning, { otel, optional: true, cardinality: "many", sensitivity: "internal" });

/** What RADIUS calls carry. */
export const radiusRecord = {
  id: "radius",
  protocol: "radius",
  name: "RADIUS",
  fields: [
    field("id", "int", "Identifier that pairs request and response", { otel: "weir.radius.id", optional: true }),
    text("realm", "Realm of the user's name; the user is masked", "weir.radius.realm"),
    text("nasAddress", "Address of the access server", "weir.radius.nas_address"),
    text("nasId", "Name of the access server", "weir.radius.nas_identifier"),
    text(
      "calledStation",
      "Called-Station-Id: often the access point's address and network",
      "weir.radius.called_station_id",
    ),
    field("accountingStatus", "string", "Acct-Status-Type: Start, Stop, Interim-Update …", {
      otel: "weir.radius.acct_status_type",
      optional: true,
      cardinality: "few",
    }),
    text("accountingSession", "Acct-Session-Id", "weir.radius.acct_session_id"),
    text("replyMessage", "Reply-Message: what the user is told", "weir.radius.reply_message"),
    field("attempts", "int", "How often the request was sent", {
      otel: "weir.radius.attempts",
      optional: true,
      cardinality: "few",
    }),
  ],
} as const satisfies ProtocolRecord;

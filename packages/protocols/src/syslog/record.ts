import { field } from "@weir/model";
import type { ProtocolRecord } from "../contract.ts";

const few = { optional: true, cardinality: "few" } as const;
const name = (word: string, meaning: string, otel: string) =>
  field(word, "string", meaning, { otel, optional: true, cardinality: "many", sensitivity: "internal" });

/** What calls of syslog carry. */
export const syslogRecord = {
  id: "syslog",
  protocol: "syslog",
  name: "Syslog",
  fields: [
    field("severity", "string", "emerg, alert, crit, err, warning, notice, info or debug", {
      otel: "weir.syslog.severity",
      ...few,
    }),
    field("facility", "string", "kern, user, mail, daemon, auth … local7", { otel: "syslog.facility", ...few }),
    field("version", "int", "1 for RFC 5424; absent for what was before it", { otel: "syslog.version", ...few }),
    name("host", "Host that the message names", "host.name"),
    name("app", "Application, or the tag of an older message", "weir.syslog.app_name"),
    name("processId", "Process", "syslog.procid"),
    name("messageId", "Kind of message, in the application's words", "syslog.msgid"),
    name("dataIds", "Ids of structured data", "weir.syslog.data_ids"),
    field("initiator", "string", "`server`: who was taken for the server sent it", {
      otel: "weir.call.initiator",
      ...few,
    }),
  ],
} as const satisfies ProtocolRecord;

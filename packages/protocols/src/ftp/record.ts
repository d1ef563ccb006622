import { field } from "@weir/model";
import type { ProtocolRecord } from "../contract.ts";

/** What FTP calls carry. */
export const ftpRecord = {
  id: "ftp",
  protocol: "ftp",
  name: "FTP",
  fields: [
    field("reply", "string", "Text of the server's reply", {
      otel: "weir.ftp.reply",
      optional: true,
      cardinality: "unbounded",
      sensitivity: "internal",
    }),
    field("intermediateCodes", "string", "Replies that came before the final one, separated by commas", {
      otel: "weir.ftp.intermediate_codes",
      optional: true,
      cardinality: "few",
    }),
    field("user", "string", "Name that a client logs in with; its password is never kept", {
      otel: "user.name",
      optional: true,
      cardinality: "many",
      sensitivity: "internal",
    }),
    field("dataAddress", "string", "Where the data connection goes, by PORT, EPRT or the answer to PASV, EPSV", {
      otel: "weir.ftp.data_address",
      optional: true,
      cardinality: "unbounded",
      sensitivity: "internal",
    }),
    field("initiator", "string", "server, where a reply came that nobody asked for: the greeting, a time-out", {
      otel: "weir.call.initiator",
      optional: true,
      cardinality: "few",
    }),
  ],
} as const satisfies ProtocolRecord;

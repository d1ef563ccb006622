import { field } from "@weir/model";
import type { ProtocolRecord } from "../contract.ts";

const few = { optional: true, cardinality: "few" } as const;
const name = (word: string, meaning: string, otel: string) =>
  field(word, "string", meaning, { otel, optional: true, cardinality: "unbounded", sensitivity: "internal" });
const number = (word: string, meaning: string, otel: string) => field(word, "int", meaning, { otel, optional: true });

/** What SMB calls carry, of all versions. */
export const smbRecord = {
  id: "smb",
  protocol: "smb",
  name: "SMB",
  fields: [
    field("version", "int", "1, or 2 for versions 2 and 3", { otel: "weir.smb.version", ...few }),
    field("dialect", "string", "Version that was agreed on: 2.1, 3.1.1 …", { otel: "weir.smb.dialect", ...few }),
    number("messageId", "What pairs requests and responses of versions 2 and 3", "weir.smb.message_id"),
    name("share", "Path of the share: \\\\server\\share", "weir.smb.share"),
    name("file", "Name of the file, in the share", "weir.smb.file"),
    number("length", "Bytes that are to be read or written", "weir.smb.length"),
    number("offset", "Where in the file", "weir.smb.offset"),
    field("control", "string", "What an IOCTL is for, by the name of its code", { otel: "weir.smb.control", ...few }),
    field("signed", "bool", "The request is signed", { otel: "weir.smb.signed", ...few }),
    field("async", "bool", "The server said that it takes longer, and answered later", {
      otel: "weir.smb.async",
      ...few,
    }),
    number("sealedRequests", "Messages of the client that cannot be read", "weir.smb.sealed_requests"),
    number("sealedResponses", "The same of the server", "weir.smb.sealed_responses"),
    field("initiator", "string", "server: it takes a lock back", { otel: "weir.call.initiator", ...few }),
  ],
} as const satisfies ProtocolRecord;

import { field } from "@weir/model";
import type { ProtocolRecord } from "../contract.ts";

const few = { optional: true, cardinality: "few" } as const;
const word = (name: string, meaning: string, otel: string) => field(name, "string", meaning, { otel, ...few });
const number = (name: string, meaning: string, otel: string) => field(name, "int", meaning, { otel, optional: true });

/** What calls of NFS and of the programs around it carry. */
export const nfsRecord = {
  id: "nfs",
  protocol: "nfs",
  name: "NFS and ONC RPC",
  fields: [
    word(
      "program",
      "Program that is called: nfs, mount, portmap, nlm, nsm, nfsacl, nfs-callback",
      "onc_rpc.program.name",
    ),
    field("version", "int", "Version of the program", { otel: "onc_rpc.version", ...few }),
    number("xid", "Transaction id, which pairs calls and replies", "weir.nfs.xid"),
    word("authentication", "How the caller proves who he is: none, sys, gss …", "weir.nfs.authentication"),
    field("minorVersion", "int", "Minor version of version 4", { otel: "weir.nfs.minor_version", ...few }),
    word(
      "operations",
      "Operations of a compound, up to the first whose arguments are not known",
      "weir.nfs.operations",
    ),
    number("operationCount", "How many operations the compound has", "weir.nfs.operation_count"),
    word("failedOperation", "Operation at which the compound stopped", "weir.nfs.failed_operation"),
    number("port", "Port that a port mapper gave", "weir.nfs.port"),
    field("attempts", "int", "How often the call was sent", { otel: "weir.nfs.attempts", ...few }),
    word("initiator", "server: a callback", "weir.call.initiator"),
  ],
} as const satisfies ProtocolRecord;

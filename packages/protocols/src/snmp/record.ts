import { field } from "@weir/model";
import type { ProtocolRecord } from "../contract.ts";

const few = { optional: true, cardinality: "few" } as const;
const count = (name: string, meaning: string, otel: string) => field(name, "int", meaning, { otel, optional: true });
const internal = { optional: true, sensitivity: "internal" } as const;

/** What SNMP calls carry. */
export const snmpRecord = {
  id: "snmp",
  protocol: "snmp",
  name: "SNMP",
  fields: [
    field("version", "string", "1, 2c or 3", { otel: "weir.snmp.version", ...few }),
    count("id", "Request id, in version 3 message id", "weir.snmp.id"),
    field("oids", "string", "Names of the first variables, separated by commas", {
      otel: "weir.snmp.oids",
      optional: true,
      cardinality: "unbounded",
    }),
    count("variables", "Variables that the request names", "weir.snmp.variable_count"),
    count("returned", "Variables that the response holds", "weir.snmp.returned_count"),
    count("exceptions", "Variables that the agent does not have, or beyond its last one", "weir.snmp.exception_count"),
    count("errorIndex", "Number of the variable that the error is about", "weir.snmp.error_index"),
    count("nonRepeaters", "Variables of a bulk request that are asked for once", "weir.snmp.non_repeaters"),
    count("maxRepetitions", "How often a bulk request asks for the others", "weir.snmp.max_repetitions"),
    field("securityLevel", "string", "Of version 3: noAuthNoPriv, authNoPriv, authPriv (encrypted)", {
      otel: "weir.snmp.security_level",
      ...few,
    }),
    field("engineId", "string", "Engine that is asked, hexadecimal", { otel: "weir.snmp.engine_id", ...internal }),
    field("contextName", "string", "Context of version 3", { otel: "weir.snmp.context_name", ...internal }),
    field("trap", "string", "Kind of a trap of version 1", { otel: "weir.snmp.trap", ...few }),
    field("agentAddress", "string", "Who says it sent a trap of version 1", {
      otel: "weir.snmp.agent_address",
      ...internal,
    }),
    field("attempts", "int", "How often the request was sent", { otel: "weir.snmp.attempts", ...few }),
  ],
} as const satisfies ProtocolRecord;

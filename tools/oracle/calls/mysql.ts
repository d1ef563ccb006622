import type { Call } from "@weir/model";
// Both sides' statements are masked by the same hand before they are compared.
import { SQL_DIALECTS } from "../../../packages/protocols/src/common/sql/dialect.ts";
import { readSql, together } from "../../../packages/protocols/src/common/sql/query.ts";
import { COMMANDS } from "../../../packages/protocols/src/mysql/commands.ts";
import { type CallComparison, type FactsEvent, valuesOf } from "./comparison.ts";

/** Commands that make no calls: the end of a connection, and parts of what follows. tshark's 0 is a login's packet. */
const SILENT = new Set(["0", "1", "24"]);
const NUMBERS = new Map(Object.entries(COMMANDS).map(([number, { name }]) => [name, number]));

/** MySQL: commands, statements, errors, and who logs in where. */
export const mysql: CallComparison = {
  events: ["mysql"],
  protocols: ["mysql"],
  fromEvent: (event) => [
    ...valuesOf(event, "mysql.command")
      .filter((command) => !SILENT.has(command))
      .map((value) => ({ fact: "mysql.command", value })),
    ...valuesOf(event, "mysql.query").map((query) => ({ fact: "mysql.query", value: masked(query) })),
    ...["mysql.error_code", "mysql.version", "mysql.sqlstate"].flatMap((fact) => all(event, fact)),
    ...["mysql.user", "mysql.schema"].flatMap((fact) => all(event, fact)).filter(({ value }) => value !== ""),
    ...all(event, "mysql.num_fields").filter(({ value }) => value !== "0"),
    ...all(event, "mysql.affected_rows").filter(({ value }) => value !== "0"),
  ],
  fromCall: (call) => [...asked(call), ...answered(call)],
};

function all(event: FactsEvent, fact: string) {
  return valuesOf(event, fact).map((value) => ({ fact, value }));
}

function masked(query: string): string {
  return together(readSql(query, SQL_DIALECTS.mysql).statements).text;
}

function asked({ operation, target, attributes, requestPackets }: Call) {
  const frame = requestPackets[1];
  const command = attributes["weir.mysql.command"] ?? "";
  const number = NUMBERS.get(command);
  const said: { fact: string; value: string; frame: number | undefined }[] = [];
  if (number !== undefined && !SILENT.has(number)) said.push({ fact: "mysql.command", value: number, frame });
  const text = attributes["db.query.text"];
  if (text !== undefined && (number === "3" || number === "22")) said.push({ fact: "mysql.query", value: text, frame });
  if (number === "2") said.push({ fact: "mysql.schema", value: target, frame });
  if (operation !== "Handshake" && operation !== "SSLRequest") return said;
  const about = {
    version: attributes["weir.mysql.server_version"],
    user: attributes["weir.mysql.user"],
    schema: target,
  };
  for (const [name, value] of Object.entries(about))
    if (value !== undefined && value !== "") said.push({ fact: `mysql.${name}`, value, frame });
  return said;
}

function answered({ statusCode, attributes, responsePackets }: Call) {
  const frame = responsePackets[1];
  const about = {
    error_code: statusCode === "" ? undefined : statusCode,
    sqlstate: attributes["weir.mysql.sqlstate"],
    num_fields: attributes["weir.mysql.columns"],
    affected_rows: attributes["weir.mysql.affected_rows"],
  };
  return Object.entries(about).flatMap(([name, value]) =>
    value === undefined || value === "0" ? [] : [{ fact: `mysql.${name}`, value, frame }],
  );
}

import type { Call } from "@weir/model";
// Both sides' statements are masked by the same hand before they are compared.
import { SQL_DIALECTS } from "../../../packages/protocols/src/common/sql/dialect.ts";
import { readSql } from "../../../packages/protocols/src/common/sql/query.ts";
import { type CallComparison, type FactsEvent, valuesOf } from "./comparison.ts";

/** Messages that make calls, by tshark's names and by ours. */
const MESSAGES: Readonly<Record<string, string>> = {
  "Simple query": "Query",
  Execute: "Execute",
  "Startup message": "StartupMessage",
  "SSL request": "SSLRequest",
  "Cancel request": "CancelRequest",
};
const STARTUP_PARAMETERS: Readonly<Record<string, string>> = {
  user: "weir.postgresql.user",
  database: "db.namespace",
  application_name: "weir.postgresql.application_name",
};
const ERRORS = new Set(["ERROR", "FATAL", "PANIC"]);

/** PostgreSQL: messages that ask, statements, tags, error codes, and who connects to what. */
export const postgresql: CallComparison = {
  events: ["pgsql"],
  protocols: ["postgresql"],
  fromEvent(event) {
    const messages = valuesOf(event, "pgsql.type").flatMap((type) => MESSAGES[type] ?? []);
    const hasErrors = valuesOf(event, "pgsql.severity").every((severity) => ERRORS.has(severity));
    return [
      ...messages.map((value) => ({ fact: "pgsql.type", value })),
      ...valuesOf(event, "pgsql.tag").map((value) => ({ fact: "pgsql.tag", value })),
      ...(hasErrors ? valuesOf(event, "pgsql.code").map((value) => ({ fact: "pgsql.code", value })) : []),
      ...queries(event),
      ...startupParameters(event),
    ];
  },
  fromCall: (call) => [...asked(call), ...answered(call)],
};

/** Statements of simple queries. Those of Parse may be executed often, or never. */
function queries(event: FactsEvent) {
  if (valuesOf(event, "pgsql.type").includes("Parse")) return [];
  return valuesOf(event, "pgsql.query").map((query) => {
    const [first] = readSql(query, SQL_DIALECTS.postgresql).statements;
    return { fact: "pgsql.query", value: first?.text ?? "" };
  });
}

function startupParameters(event: FactsEvent) {
  if (!valuesOf(event, "pgsql.type").includes("Startup message")) return [];
  const values = valuesOf(event, "pgsql.parameter_value");
  const pairs = valuesOf(event, "pgsql.parameter_name").map((name, index) => ({ name, value: values[index] ?? "" }));
  const user = pairs.find(({ name }) => name === "user")?.value;
  return pairs
    .filter(({ name, value }) => STARTUP_PARAMETERS[name] !== undefined && !(name === "database" && value === user))
    .map(({ name, value }) => ({ fact: `pgsql.${name}`, value }));
}

function asked({ attributes, requestPackets, requestBytes }: Call) {
  const message = attributes["weir.postgresql.message"] ?? "";
  // The further statements of one Query have no request of their own.
  if (requestBytes === 0 || !Object.values(MESSAGES).includes(message)) return [];
  const frame = requestPackets[1];
  const said = [{ fact: "pgsql.type", value: message, frame }];
  if (message === "Query") said.push({ fact: "pgsql.query", value: attributes["db.query.text"] ?? "", frame });
  if (message !== "StartupMessage") return said;
  for (const [name, attribute] of Object.entries(STARTUP_PARAMETERS)) {
    const value = attributes[attribute];
    // A client that names no database gets the one with its user's name.
    const isImplied = name === "database" && value === attributes["weir.postgresql.user"];
    if (value !== undefined && !isImplied) said.push({ fact: `pgsql.${name}`, value, frame });
  }
  return said;
}

function answered({ attributes, responsePackets, statusCode }: Call) {
  const frame = responsePackets[1];
  const tag = attributes["weir.postgresql.command_tag"];
  return [
    ...(tag === undefined ? [] : [{ fact: "pgsql.tag", value: tag, frame }]),
    ...(/^[0-9A-Z]{5}$/.test(statusCode) ? [{ fact: "pgsql.code", value: statusCode, frame }] : []),
  ];
}

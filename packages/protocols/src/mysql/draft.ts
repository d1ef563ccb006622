import type { CallStatus, EndReason, GradeReason } from "@weir/model";
import type { CallDraft } from "../call-draft.ts";
import { statementAttributes } from "../common/sql/fields.ts";
import { shortened } from "../common/sql/mask.ts";
import { unanswered } from "../common/unanswered.ts";
import { statusOfError } from "./errors.ts";
import type { Exchange } from "./exchange.ts";

/** Longest text of an answer that is kept. */
const MAX_ANSWER_CHARS = 1_000;

/** What is known of the connection. */
export interface About {
  serverVersion: string;
  connectionId: number | undefined;
  user: string;
  schema: string;
  program: string;
  plugin: string;
  compression: string;
}

/** Why an exchange has no end: the connection ended, or its answer was not seen. */
export type Unfinished = EndReason | "lost";

/** The call that an exchange is. `reason`: it was not answered. */
export function draftOf(exchange: Exchange, about: About, reason?: Unfinished): CallDraft {
  const { statement, requestFirst, requestLast, responseFirst, responseLast, requestBytes, responseBytes } = exchange;
  const { error } = exchange.answer;
  const { status, gradeReasons } = outcome(exchange, reason);
  return {
    operation:
      statement === undefined || statement.operation === "" || isPreparing(exchange)
        ? exchange.name
        : statement.operation,
    target: targetOf(exchange, about),
    status,
    statusCode: error === undefined ? "" : String(error.code),
    requestFirst,
    requestLast,
    responseFirst,
    responseLast,
    requestBytes,
    responseBytes,
    requestBody: statement === undefined || statement.text === "" ? undefined : statement.text,
    responseBody: answerText(exchange),
    traceparent: exchange.traceparent,
    attributes: {
      ...connectionAttributes(about),
      ...statementAttributes(statement),
      ...(exchange.name === "Handshake" || exchange.name === "SSLRequest" ? handshakeAttributes(about) : {}),
      ...attributesOf(exchange),
    },
    gradeReasons: [...new Set([...exchange.reasons, ...gradeReasons])],
  };
}

function isPreparing({ name }: Exchange): boolean {
  return name === "COM_STMT_PREPARE" || name === "COM_STMT_CLOSE" || name === "COM_STMT_RESET";
}

function targetOf({ name, statement, schema }: Exchange, about: About): string {
  if (name === "Handshake" || name === "COM_CHANGE_USER") return about.schema;
  return schema === "" ? (statement?.collection ?? "") : schema;
}

interface Outcome {
  readonly status: CallStatus;
  readonly gradeReasons: readonly GradeReason[];
}

function outcome({ answer, kind, responseFirst }: Exchange, reason: Unfinished | undefined): Outcome {
  if (answer.error !== undefined) return { status: statusOfError(answer.error), gradeReasons: [] };
  // A replica reads the binary log until somebody hangs up.
  const needsNoEnd = kind === "none" || (kind === "events" && reason === "fin" && responseFirst !== undefined);
  if (reason === undefined || needsNoEnd) return { status: "ok", gradeReasons: [] };
  return reason === "lost" ? { status: "unknown", gradeReasons: ["missingSegments"] } : unanswered(reason);
}

function answerText({ answer, kind }: Exchange): string | undefined {
  const { error, columns, rows, results, affectedRows } = answer;
  if (error !== undefined) return `${error.code} (${error.sqlState}): ${error.message}`.replace(" ()", "");
  const count = kind === "prepare" ? "" : `${rows} rows `;
  if (columns.length > 0) return shortened(`${count}(${columns.join(", ")})`, MAX_ANSWER_CHARS);
  return results > 0 && affectedRows > 0 ? `${affectedRows} rows affected` : undefined;
}

function connectionAttributes({ serverVersion, schema, user, compression }: About): Record<string, string> {
  return {
    "db.system.name": serverVersion.includes("MariaDB") ? "mariadb" : "mysql",
    ...(schema === "" ? {} : { "db.namespace": schema }),
    ...(user === "" ? {} : { "weir.mysql.user": user }),
    ...(compression === "" ? {} : { "weir.mysql.compression": compression }),
  };
}

function handshakeAttributes({ serverVersion, connectionId, program, plugin }: About): Record<string, string> {
  return {
    ...(serverVersion === "" ? {} : { "weir.mysql.server_version": serverVersion }),
    ...(connectionId === undefined ? {} : { "weir.mysql.connection_id": String(connectionId) }),
    ...(program === "" ? {} : { "weir.mysql.program_name": program }),
    ...(plugin === "" ? {} : { "weir.mysql.authentication": plugin }),
  };
}

function attributesOf({ name, answer, statementId, isServers }: Exchange): Record<string, string> {
  const { error, columnCount, rows, affectedRows, warnings, results, wantsFile } = answer;
  const said: Record<string, string> = {};
  if (name.startsWith("COM_")) said["weir.mysql.command"] = name;
  const id = statementId ?? answer.statementId;
  if (id !== undefined) said["weir.mysql.statement_id"] = String(id);
  if (columnCount !== undefined) said["weir.mysql.columns"] = String(columnCount);
  if (columnCount !== undefined && name !== "COM_STMT_PREPARE") said["db.response.returned_rows"] = String(rows);
  if (affectedRows > 0) said["weir.mysql.affected_rows"] = String(affectedRows);
  if (warnings > 0) said["weir.mysql.warnings"] = String(warnings);
  if (results > 1) said["weir.mysql.results"] = String(results);
  if (wantsFile) said["weir.mysql.local_infile"] = "true";
  if (isServers) said["weir.call.initiator"] = "server";
  if (error === undefined) return said;
  said["db.response.status_code"] = String(error.code);
  if (error.sqlState !== "") said["weir.mysql.sqlstate"] = error.sqlState;
  return said;
}

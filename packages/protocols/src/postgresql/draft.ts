import type { CallStatus, EndReason, GradeReason } from "@weir/model";
import type { CallDraft } from "../call-draft.ts";
import { statementAttributes } from "../common/sql/fields.ts";
import { shortened } from "../common/sql/mask.ts";
import { type SqlStatement, together } from "../common/sql/query.ts";
import { unanswered } from "../common/unanswered.ts";
import { statusOfError } from "./errors.ts";
import type { Exchange } from "./exchange.ts";

/** Longest text of an answer that is kept. */
const MAX_ANSWER_CHARS = 1_000;

/** What is known of the connection: every call has it. */
export interface About {
  database: string;
  user: string;
  application: string;
  serverVersion: string;
  backendPid: string;
}

/** Why an exchange has no end: the connection ended, or its answer was not seen. */
export type Unfinished = EndReason | "lost";

/** The call that an exchange is. `reason`: it was not answered. */
export function draftOf(exchange: Exchange, about: About, reason?: Unfinished): CallDraft {
  const statement = statementOf(exchange, reason !== undefined);
  const { requestFirst, requestLast, responseFirst, responseLast, requestBytes, responseBytes } = exchange;
  const { status, gradeReasons } = outcome(exchange, reason);
  return {
    operation: operationOf(exchange, statement),
    target: targetOf(exchange, statement, about),
    status,
    statusCode: exchange.error?.code ?? (exchange.message === "StartupMessage" ? "" : exchange.answer),
    requestFirst,
    requestLast,
    responseFirst,
    responseLast,
    requestBytes,
    responseBytes,
    requestBody: statement === undefined || statement.text === "" ? undefined : statement.text,
    responseBody: answerText(exchange),
    traceparent: exchange.traceparent,
    attributes: attributesOf(exchange, about, statement),
    gradeReasons: exchange.reasons.size === 0 ? gradeReasons : [...new Set([...exchange.reasons, ...gradeReasons])],
  };
}

/** The statement that was answered; all that are left where none was. */
function statementOf({ statements, statementIndex }: Exchange, isUnanswered: boolean): SqlStatement | undefined {
  if (statements.length === 0) return undefined;
  if (isUnanswered) return together(statements.slice(statementIndex));
  return statements[Math.min(statementIndex, statements.length - 1)];
}

/** Where the statement is not known the tag of its answer tells the verb. */
function operationOf({ message, tag }: Exchange, statement: SqlStatement | undefined): string {
  if (message !== "Query" && message !== "Execute" && message !== "unknown") return message;
  if (statement !== undefined && statement.operation !== "") return statement.operation;
  return /^[A-Z ]+/.exec(tag)?.[0].trim() ?? message;
}

function targetOf(exchange: Exchange, statement: SqlStatement | undefined, { database }: About): string {
  return exchange.message === "StartupMessage" ? database : (statement?.collection ?? "");
}

interface Outcome {
  readonly status: CallStatus;
  readonly gradeReasons: readonly GradeReason[];
}

function outcome(exchange: Exchange, reason: Unfinished | undefined): Outcome {
  const { error, isAborted, message, copy } = exchange;
  if (error !== undefined) return { status: statusOfError(error), gradeReasons: [] };
  if (isAborted) return { status: "aborted", gradeReasons: [] };
  // Nobody answers a CancelRequest, and replication goes on until somebody hangs up.
  const needsNoEnd = message === "CancelRequest" || (copy === "both" && reason === "fin");
  if (reason === undefined || needsNoEnd) return { status: "ok", gradeReasons: [] };
  return reason === "lost" ? { status: "unknown", gradeReasons: [] } : unanswered(reason);
}

function answerText({ error, tag, columns }: Exchange): string | undefined {
  if (error !== undefined) return `${error.severity} ${error.code}: ${error.message}`;
  if (tag === "" && columns.length === 0) return undefined;
  const names = columns.length === 0 ? "" : ` (${columns.join(", ")})`;
  return shortened(`${tag}${names}`.trim(), MAX_ANSWER_CHARS);
}

function connectionAttributes({ database, user, application }: About): Record<string, string> {
  const attributes: Record<string, string> = { "db.system.name": "postgresql" };
  if (database !== "") attributes["db.namespace"] = database;
  if (user !== "") attributes["weir.postgresql.user"] = user;
  if (application !== "") attributes["weir.postgresql.application_name"] = application;
  return attributes;
}

/** `SELECT 4`, `INSERT 0 1`, `COPY 7`: the last number counts rows. */
const TAG_ROWS = /^(\w+)[ \w]*? (\d+)$/;
/** Commands whose rows are returned. */
const RETURNING = new Set(["SELECT", "FETCH"]);

/** HOT PATH: one object is filled, because what is spread from others takes ten times as long and stays in memory longer. */
function attributesOf(
  exchange: Exchange,
  about: About,
  statement: SqlStatement | undefined,
): Readonly<Record<string, string>> {
  const { message, tag, statementName, transaction, error, notices, copy, copyBytes, isSuspended, rows } = exchange;
  const said = statementAttributes(statement, connectionAttributes(about));
  if (message !== "unknown") said["weir.postgresql.message"] = message;
  if (message === "CancelRequest") said["weir.postgresql.backend_pid"] = about.backendPid;
  if (message === "StartupMessage") Object.assign(said, startAttributes(exchange, about));
  if (tag !== "") said["weir.postgresql.command_tag"] = tag;
  const [, verb = "", count] = TAG_ROWS.exec(tag) ?? [];
  if (count !== undefined && !RETURNING.has(verb)) said["weir.postgresql.affected_rows"] = count;
  if (count !== undefined && RETURNING.has(verb)) said["db.response.returned_rows"] = count;
  else if (rows > 0) said["db.response.returned_rows"] = String(rows);
  if (statementName !== "") said["weir.postgresql.statement_name"] = statementName;
  if (transaction !== "") said["weir.postgresql.transaction_status"] = transaction;
  if (notices > 0) said["weir.postgresql.notices"] = String(notices);
  if (copy !== undefined) said["weir.postgresql.copy"] = copy;
  if (copyBytes > 0) said["weir.postgresql.copy_bytes"] = String(copyBytes);
  if (isSuspended) said["weir.postgresql.portal_suspended"] = "true";
  if (error === undefined) return said;
  return { ...said, "db.response.status_code": error.code, "weir.postgresql.severity": error.severity };
}

function startAttributes({ answer }: Exchange, { serverVersion, backendPid }: About): Record<string, string> {
  return {
    ...(answer === "" ? {} : { "weir.postgresql.authentication": answer }),
    ...(serverVersion === "" ? {} : { "weir.postgresql.server_version": serverVersion }),
    ...(backendPid === "" ? {} : { "weir.postgresql.backend_pid": backendPid }),
  };
}

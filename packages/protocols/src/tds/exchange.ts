import type { Mark } from "@weir/base";
import type { CallStatus, EndReason, GradeReason } from "@weir/model";
import type { CallDraft } from "../call-draft.ts";
import { statementAttributes } from "../common/sql/fields.ts";
import { unanswered } from "../common/unanswered.ts";
import type { Request } from "./request.ts";
import type { Answer, TdsError } from "./tokens.ts";

/** What is known of the connection. */
export interface About {
  database: string;
  user: string;
  application: string;
  library: string;
  tdsVersion: string;
  server: string;
  encryption: string;
}

/** One message of the client with the server's answer. */
export interface Exchange {
  /** SQLBatch, RPC, LOGIN7, PRELOGIN … */
  readonly message: string;
  readonly request: Request | undefined;
  readonly requestFirst: Mark;
  readonly requestLast: Mark;
  requestBytes: number;
  responseFirst?: Mark | undefined;
  responseLast?: Mark | undefined;
  responseBytes: number;
  answer?: Answer | undefined;
  readonly reasons: Set<GradeReason>;
}

/** Why an exchange has no end: the connection ended, or its answer was not seen. */
export type Unfinished = EndReason | "lost";

/** The call that an exchange is. `reason`: it was not answered. */
export function draftOf(exchange: Exchange, about: About, reason?: Unfinished): CallDraft {
  const { message, request, answer, requestFirst, requestLast, responseFirst, responseLast } = exchange;
  const [error] = answer?.errors ?? [];
  const { status, gradeReasons } = outcome(exchange, error, reason);
  const text = request?.statement?.text;
  return {
    operation: request?.statement?.operation || request?.procedure || message,
    target: message === "LOGIN7" ? about.database : (request?.statement?.collection ?? ""),
    status,
    statusCode: error === undefined ? "" : String(error.number),
    requestFirst,
    requestLast,
    responseFirst,
    responseLast,
    requestBytes: exchange.requestBytes,
    responseBytes: exchange.responseBytes,
    requestBody: text === "" ? undefined : text,
    responseBody: error === undefined ? undefined : `${error.number}: ${error.message}`,
    traceparent: request?.traceparent,
    attributes: {
      ...connectionAttributes(about),
      ...statementAttributes(request?.statement),
      ...attributesOf(exchange, about),
    },
    gradeReasons: [...new Set([...exchange.reasons, ...gradeReasons])],
  };
}

interface Outcome {
  readonly status: CallStatus;
  readonly gradeReasons: readonly GradeReason[];
}

function outcome({ message, answer }: Exchange, error: TdsError | undefined, reason: Unfinished | undefined): Outcome {
  const said = (status: CallStatus): Outcome => ({ status, gradeReasons: [] });
  if (answer?.isCanceled === true && message !== "ATTENTION") return said("aborted");
  if (error !== undefined) return said(statusOfError(error));
  if (answer?.hasFailed === true) return said("clientError");
  if (message === "LOGIN7" && answer !== undefined && !answer.isLoggedIn) return said("clientError");
  if (reason === undefined || message === "ATTENTION") return said("ok");
  return reason === "lost" ? { status: "unknown", gradeReasons: ["missingSegments"] } : unanswered(reason);
}

/** Deadlock victim, no memory, no locks; and everything of class 17 and above (MS-TDS §2.2.7.10). */
const SERVER_ERRORS = new Set([1204, 1205, 701]);
const LOCK_TIMEOUT = 1222;
const FIRST_SERVER_CLASS = 17;

/** What an error means on the common scale. Deadlocks are the server's: the same statement may pass when sent again. */
export function statusOfError({ number, class: severity }: Pick<TdsError, "number" | "class">): CallStatus {
  if (number === LOCK_TIMEOUT) return "timeout";
  return severity >= FIRST_SERVER_CLASS || SERVER_ERRORS.has(number) ? "serverError" : "clientError";
}

function connectionAttributes({ database, user, application }: About): Record<string, string> {
  return {
    "db.system.name": "microsoft.sql_server",
    ...(database === "" ? {} : { "db.namespace": database }),
    ...(user === "" ? {} : { "weir.tds.user": user }),
    ...(application === "" ? {} : { "weir.tds.application_name": application }),
  };
}

function attributesOf({ message, request, answer }: Exchange, about: About): Record<string, string> {
  const said: Record<string, string> = { "weir.tds.message": message };
  if (request !== undefined && request.procedure !== "") said["db.stored_procedure.name"] = request.procedure;
  if (message === "LOGIN7" || message === "PRELOGIN") {
    const { library, tdsVersion, server, encryption } = about;
    const facts = { library, version: tdsVersion, server_version: server, encryption };
    for (const [name, value] of Object.entries(facts)) if (value !== "") said[`weir.tds.${name}`] = value;
  }
  if (answer === undefined) return said;
  const { returnedRows, affectedRows, infos, errors } = answer;
  if (returnedRows !== undefined) said["db.response.returned_rows"] = String(returnedRows);
  if (affectedRows !== undefined) said["weir.tds.affected_rows"] = String(affectedRows);
  if (infos > 0) said["weir.tds.infos"] = String(infos);
  const [error] = errors;
  if (error === undefined) return said;
  return { ...said, "db.response.status_code": String(error.number), "weir.tds.error_class": String(error.class) };
}

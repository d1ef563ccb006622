import type { CallStatus, GradeReason } from "@weir/model";
import type { CallDraft } from "../call-draft.ts";
import { channelOf } from "./push.ts";
import type { RespReader } from "./reader.ts";
import { errorCode, isRedirection, maskError, replyKind, statusOfError } from "./replies.ts";
import { maskedText, type Request } from "./request.ts";
import { Byte, isAggregate, isBulk } from "./wire.ts";

type Attributes = Record<string, string>;

/** A command with its answer; undefined for the command where it was not seen. */
export function answeredCall(
  request: Request | undefined,
  reader: RespReader,
  gradeReasons: readonly GradeReason[],
): CallDraft {
  const error = errorIn(reader);
  const code = error === undefined ? "" : errorCode(error);
  const attributes = answeredAttributes(request, reader);
  if (error !== undefined) addError(attributes, code, error);
  return {
    operation: request?.operation ?? "unknown",
    target: request?.target ?? "",
    status: error === undefined ? "ok" : statusOfError(code, error),
    statusCode: code,
    requestFirst: request?.first ?? reader.first,
    requestLast: request?.last ?? reader.first,
    responseFirst: request?.answerFirst ?? reader.first,
    responseLast: reader.last,
    requestBytes: request?.bytes ?? 0,
    responseBytes: (request?.answerBytes ?? 0) + reader.bytes,
    requestBody: request === undefined ? undefined : maskedText(request),
    responseBody: error === undefined ? undefined : maskError(error),
    attributes,
    gradeReasons,
  };
}

/** A command without an answer. */
export function unansweredCall(
  request: Request,
  status: CallStatus,
  gradeReasons: readonly GradeReason[],
  attributes = attributesOf(request),
): CallDraft {
  return {
    operation: request.operation,
    target: request.target,
    status,
    statusCode: "",
    requestFirst: request.first,
    requestLast: request.last,
    requestBytes: request.bytes,
    responseBytes: 0,
    requestBody: maskedText(request),
    attributes,
    gradeReasons: request.hasGap ? [...gradeReasons, "missingSegments"] : gradeReasons,
  };
}

/** A command that a replica is told. */
export function commandFromServer(request: Request): CallDraft {
  return unansweredCall(request, "ok", [], { ...attributesOf(request), "weir.call.initiator": "server" });
}

/** What the server sends unasked. */
export function pushedCall(reader: RespReader, kind: string, database: string | undefined): CallDraft {
  const attributes: Attributes = { ...baseAttributes(database), "weir.call.initiator": "server" };
  if (kind === "pmessage") attributes["weir.redis.pattern"] = reader.texts.text(1) ?? "";
  return {
    operation: kind,
    target: channelOf(kind, reader),
    status: "ok",
    statusCode: "",
    requestFirst: reader.first,
    requestLast: reader.last,
    requestBytes: reader.bytes,
    responseBytes: 0,
    attributes,
    gradeReasons: reader.hasGap ? ["missingSegments"] : [],
  };
}

/** HOT PATH: what nearly all calls have is one literal, and what few have is added. */
function answeredAttributes(request: Request | undefined, reader: RespReader): Attributes {
  const { type, count } = reader;
  if (request === undefined || !isOrdinary(request) || request.database === undefined) {
    const attributes = request === undefined ? baseAttributes(undefined) : attributesOf(request);
    attributes["weir.redis.reply"] = replyKind(type, count);
    addAnswer(attributes, reader, request?.operation);
    return attributes;
  }
  const attributes: Attributes = {
    "db.system.name": "redis",
    "db.namespace": request.database,
    "weir.redis.reply": replyKind(type, count),
  };
  if (!isBulk(type) || reader.innerErrors > 0) addAnswer(attributes, reader, request.operation);
  return attributes;
}

/** True where the request itself has nothing to tell beside its database. */
function isOrdinary({ command, isInline, procedure }: Request): boolean {
  return !command.isBlocking && !isInline && procedure === undefined;
}

function baseAttributes(database: string | undefined): Attributes {
  if (database === undefined) return { "db.system.name": "redis" };
  return { "db.system.name": "redis", "db.namespace": database };
}

function attributesOf({ database, command, procedure, isInline }: Request): Attributes {
  const attributes = baseAttributes(database);
  if (command.isBlocking) attributes["weir.redis.blocking"] = "true";
  if (isInline) attributes["weir.redis.inline"] = "true";
  if (procedure !== undefined) attributes["db.stored_procedure.name"] = procedure;
  return attributes;
}

/** The error that an answer is, or the first among a transaction's results. */
function errorIn({ type, texts, innerErrors, innerErrorAt }: RespReader): string | undefined {
  if (type === Byte.error || type === Byte.blobError) return texts.text(0);
  return innerErrors === 0 ? undefined : texts.text(innerErrorAt);
}

/** What an answer that is no bulk string may have beside its kind. */
function addAnswer(attributes: Attributes, reader: RespReader, operation: string | undefined): void {
  const { type, count, innerErrors } = reader;
  if (isAggregate(type) && count >= 0)
    attributes[operation === "EXEC" ? "db.operation.batch.size" : "weir.redis.reply_elements"] = String(count);
  if (type === Byte.simple && reader.texts.text(0) === "QUEUED") attributes["weir.redis.queued"] = "true";
  if (innerErrors > 0) attributes["weir.redis.failed_commands"] = String(innerErrors);
}

function addError(attributes: Attributes, code: string, message: string): void {
  attributes["db.response.status_code"] = code;
  if (isRedirection(code)) attributes["weir.redis.redirect"] = message.slice(code.length + 1);
}

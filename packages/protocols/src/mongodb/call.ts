import type { Mark } from "@weir/base";
import type { CallStatus, GradeReason } from "@weir/model";
import type { CallDraft } from "../call-draft.ts";
import { codeText, type Reply, statusOf } from "./reply.ts";
import type { Command } from "./request.ts";
import { type Message, opcodeName } from "./wire.ts";

/** A message, and how it passed. */
export interface Passage {
  readonly message: Message;
  readonly first: Mark;
  readonly last: Mark;
  readonly bytes: number;
  readonly hasGap: boolean;
}

/** A request that waits for its answer. */
export interface Request extends Passage {
  readonly command: Command;
  /** It was answered, and is answered again without asking. */
  readonly isContinued: boolean;
}

/** A request with its answer. Either may be missing; without a `status` the answer tells it. */
export function callOf(
  request: Request | undefined,
  answer: (Passage & { readonly reply: Reply }) | undefined,
  status: CallStatus | undefined,
  gradeReasons: readonly GradeReason[],
): CallDraft {
  const code = answer?.reply.code;
  // A further answer is a message of the server's own.
  const asked = request?.isContinued === true ? answer : (request ?? answer);
  const answered = request?.isContinued === true ? undefined : answer;
  const first = asked?.first ?? NOWHERE;
  return {
    operation: request?.command.operation ?? "unknown",
    target: request?.command.collection ?? request?.command.database ?? "",
    status: status ?? statusOf(code),
    statusCode: codeText(code),
    requestFirst: first,
    requestLast: request === undefined ? first : (asked?.last ?? first),
    responseFirst: answered?.first,
    responseLast: answered?.last,
    requestBytes: request === undefined ? 0 : (asked?.bytes ?? 0),
    responseBytes: answered?.bytes ?? 0,
    requestBody: request?.isContinued === true ? undefined : request?.command.shape,
    traceparent: request?.command.traceparent,
    attributes: attributesOf(request, answer),
    gradeReasons,
  };
}

const NOWHERE: Mark = { packetNumber: 0, atNs: 0 };

function attributesOf(
  request: Request | undefined,
  answer: (Passage & { readonly reply: Reply }) | undefined,
): Record<string, string> {
  const { command } = request ?? {};
  const { reply } = answer ?? {};
  const message = request?.message ?? answer?.message;
  const all: Record<string, string | number | undefined> = {
    "db.system.name": "mongodb",
    "db.namespace": command?.database,
    "db.collection.name": command?.collection,
    "db.response.status_code": reply?.code === undefined ? undefined : codeText(reply.code),
    "weir.mongodb.code_name": reply?.code === undefined ? undefined : reply.codeName,
    "db.response.returned_rows": reply?.returned,
    "weir.mongodb.matched": reply?.matched,
    "weir.mongodb.modified": reply?.modified,
    "weir.mongodb.write_errors": reply?.writeErrors,
    "weir.mongodb.opcode": opcodeName(message?.opcode ?? 0),
    "weir.mongodb.request_id": request?.message.requestId ?? answer?.message.responseTo,
    "weir.mongodb.compressor": request?.message.compressor ?? answer?.message.compressor,
    "weir.mongodb.session_id": command?.sessionId,
    "weir.mongodb.txn_number": command?.txnNumber,
    "weir.mongodb.awaits": command?.awaits === true ? "true" : undefined,
    "weir.call.initiator": request?.isContinued === true ? "server" : undefined,
  };
  const present: Record<string, string> = {};
  for (const [name, value] of Object.entries(all)) if (value !== undefined) present[name] = String(value);
  return present;
}

import type { CallStatus, EndReason, GradeReason } from "@weir/model";
import { callOf, joinPassages, type Passage } from "../common/passage.ts";
import { unanswered } from "../common/unanswered.ts";
import type { SessionContext } from "../contract.ts";
import { type Asked, attributesOfAnswer } from "./contents.ts";
import type { Acknowledgement } from "./packets.ts";
import { reasonOf } from "./reason-codes.ts";

/** A packet that asks, and what answered it so far. */
export interface Exchange {
  /** Undefined where it was sent before the capture, or lost. */
  readonly request: Passage | undefined;
  readonly asked: Asked;
  readonly byServer: boolean;
  readonly version: string | undefined;
  readonly clientId: string | undefined;
  /** Types of packets that answered; at QoS 2 there are three of them, of which the asker sends the second. */
  readonly answeredBy: string[];
  response: Passage | undefined;
  /** How often it was sent. */
  attempts: number;
  /** True where an answer may have passed in bytes that never came. */
  mayHaveMissed: boolean;
  /** Attributes that answers add. */
  readonly added: Record<string, string>;
}

/** Answers of one exchange that are named: AUTH goes to and fro as often as the method likes. */
const MAX_NAMED_ANSWERS = 16;

/** Notes a packet that answers an exchange. */
export function noteAnswer(exchange: Exchange, name: string, passage: Passage): void {
  nameAnswer(exchange, name);
  exchange.response = joinPassages(exchange.response, passage);
}

/** Notes the name of a packet by which an exchange goes on, and which is no answer. */
export function nameAnswer(exchange: Exchange, name: string): void {
  if (exchange.answeredBy.length < MAX_NAMED_ANSWERS) exchange.answeredBy.push(name);
}

/** The exchange is over: `answer` ended it, or it needs none. */
export function finish(context: SessionContext, exchange: Exchange, type: number, answer?: Acknowledgement): void {
  const isVersion5 = exchange.version === "5";
  const codes = answer?.codes ?? [];
  const [worst] = [...codes].sort((a, b) => b - a);
  const reason = worst === undefined ? undefined : reasonOf(worst, type, isVersion5);
  if (answer !== undefined) Object.assign(exchange.added, attributesOfAnswer(answer));
  emit(context, exchange, reason?.status ?? "ok", [], reason?.name);
}

/** The connection ended, or a limit was reached, before the exchange did. */
export function giveUp(context: SessionContext, exchange: Exchange, reason: EndReason | "limit"): void {
  if (reason === "limit") emit(context, exchange, "unknown", ["limitReached"]);
  else if (exchange.mayHaveMissed) emit(context, exchange, "unknown", ["missingSegments"]);
  else {
    const { status, gradeReasons } = unanswered(reason);
    emit(context, exchange, status, gradeReasons);
  }
}

function emit(
  context: SessionContext,
  exchange: Exchange,
  status: CallStatus,
  gradeReasons: readonly GradeReason[],
  statusCode?: string,
): void {
  const { asked, request, response } = exchange;
  const { isMidStream = false, attributes, ...content } = asked;
  if (request === undefined && response === undefined) return;
  context.emit(
    callOf(request, response, {
      ...content,
      status,
      ...(statusCode === undefined ? {} : { statusCode }),
      attributes: { ...connectionAttributes(exchange), ...attributes, ...exchange.added },
      gradeReasons: isMidStream ? ["midStreamStart", ...gradeReasons] : gradeReasons,
    }),
  );
}

function connectionAttributes(exchange: Exchange): Record<string, string> {
  const { asked, byServer, version, clientId, attempts, answeredBy } = exchange;
  const attributes: Record<string, string> = {
    "messaging.system": "mqtt",
    "messaging.operation.name": asked.operation.toLowerCase(),
  };
  if (asked.operation === "PUBLISH") attributes["messaging.operation.type"] = byServer ? "process" : "send";
  if (clientId !== undefined && clientId !== "") attributes["messaging.client.id"] = clientId;
  if (version !== undefined) attributes["network.protocol.version"] = version;
  if (byServer) attributes["weir.call.initiator"] = "server";
  if (attempts > 1) attributes["weir.mqtt.attempts"] = String(attempts);
  if (answeredBy.length > 0) attributes["weir.mqtt.answered_by"] = answeredBy.join(",");
  return attributes;
}

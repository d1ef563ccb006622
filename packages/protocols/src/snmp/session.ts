import type { Mark } from "@weir/base";
import type { Direction, EndReason } from "@weir/model";
import { Exchanges, type Seen, type Unanswered } from "../common/exchanges.ts";
import { callOf, type Passage, present } from "../common/passage.ts";
import type { Session, SessionContext } from "../contract.ts";
import { type Outcome, outcomeOfError, outcomeOfReport, Pdu, pduName } from "./names.ts";
import { parseSnmp, type SnmpMessage } from "./wire.ts";

/** Requests that wait for their response at most; the oldest is given up beyond it. */
export const MAX_PENDING = 512;

/** What a manager and an agent say to each other: a response has its request's id (RFC 3416 §4.2). Either may ask. */
export class SnmpSession implements Session {
  readonly #context: SessionContext;
  readonly #exchanges: Exchanges<SnmpMessage>;

  constructor(context: SessionContext) {
    this.#context = context;
    this.#exchanges = new Exchanges(MAX_PENDING, (asked, outcome) => this.#emit(asked, undefined, outcome));
  }

  data(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    const message = parseSnmp(bytes);
    if (message === undefined) {
      this.#context.violation({ code: "notSnmp", direction, mark });
      return true;
    }
    const passage: Passage = { first: mark, last: mark, bytes: bytes.length, hasGap: false };
    if (message.isTrap) this.#emit({ message, passage, attempts: 1 }, undefined, { status: "ok", gradeReasons: [] });
    else if (message.isRequest) this.#exchanges.ask(`${direction} ${message.id}`, message, passage);
    else {
      const asked = this.#exchanges.answer(`${1 - direction} ${message.id}`);
      this.#emit(asked, { message, passage, attempts: 1 }, undefined);
    }
    return true;
  }

  gap(): boolean {
    return true;
  }

  end(): void {
    // Datagrams have no end.
  }

  close(reason: EndReason, mark: Mark): void {
    this.#exchanges.close(reason, mark);
  }

  #emit(
    asked: Seen<SnmpMessage> | undefined,
    answer: Seen<SnmpMessage> | undefined,
    unanswered: Unanswered | undefined,
  ): void {
    const outcome: Outcome = answer === undefined ? { status: "unknown", statusCode: "" } : outcomeOf(answer.message);
    this.#context.emit(
      callOf(asked?.passage, answer?.passage, {
        operation: asked === undefined ? "unknown" : operationOf(asked.message),
        target: targetOf(asked?.message) ?? targetOf(answer?.message) ?? "",
        ...outcome,
        ...unanswered,
        attributes: attributesOf(asked, answer?.message),
      }),
    );
  }
}

function operationOf({ pdu }: SnmpMessage): string {
  return pdu === undefined ? "encrypted" : (pduName(pdu) ?? "unknown");
}

function targetOf(message: SnmpMessage | undefined): string | undefined {
  return message?.trap?.enterprise ?? message?.variables?.notification ?? message?.variables?.oids[0];
}

function outcomeOf({ pdu, errorStatus, variables }: SnmpMessage): Outcome {
  if (pdu === Pdu.report) return outcomeOfReport(variables?.oids[0] ?? "");
  // Of what is encrypted only that it came is known.
  return errorStatus === undefined ? { status: "ok", statusCode: "" } : outcomeOfError(errorStatus);
}

/** Names that were asked for; of what was sent unasked, or answers without a question, those that were told. */
function attributesOf(asked: Seen<SnmpMessage> | undefined, answer: SnmpMessage | undefined): Record<string, string> {
  const request = asked?.message;
  const told = request ?? answer;
  const oids = told?.variables?.oids ?? [];
  const isPlain = answer !== undefined && answer.pdu === Pdu.response;
  const exceptions = answer?.variables?.exceptions ?? 0;
  return present({
    "weir.snmp.version": told?.version,
    "weir.snmp.id": told?.trap === undefined ? told?.id : undefined,
    "weir.snmp.oids": oids.length === 0 ? undefined : oids.join(","),
    "weir.snmp.variable_count": told?.variables?.count,
    "weir.snmp.returned_count": isPlain ? answer.variables?.count : undefined,
    "weir.snmp.exception_count": exceptions > 0 ? exceptions : undefined,
    "weir.snmp.error_index": answer?.errorIndex,
    "weir.snmp.non_repeaters": request?.nonRepeaters,
    "weir.snmp.max_repetitions": request?.maxRepetitions,
    "weir.snmp.security_level": told?.securityLevel,
    "weir.snmp.engine_id": answer?.engineId ?? request?.engineId,
    "weir.snmp.context_name": told?.contextName,
    "weir.snmp.trap": request?.trap?.kind,
    "weir.snmp.agent_address": request?.trap?.agentAddress,
    "weir.snmp.attempts": asked?.attempts,
  });
}

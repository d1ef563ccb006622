import type { Mark } from "@weir/base";
import type { Direction, EndReason } from "@weir/model";
import { Exchanges, type Seen, type Unanswered } from "../common/exchanges.ts";
import { callOf, type Passage } from "../common/passage.ts";
import type { Session, SessionContext } from "../contract.ts";
import { attributesOf, clockAttributes, outcomeOf } from "./attributes.ts";
import { parseManagement } from "./management.ts";
import { ManagementExchanges } from "./management-exchanges.ts";
import { modeName } from "./names.ts";
import { HEADER_BYTES, Mode, modeOf, parseTime, type TimeMessage } from "./wire.ts";

/** Questions that wait for their answer at most, of time and of management each. */
export const MAX_PENDING = 64;

/** One NTP association: an answer carries the question's transmit timestamp as its origin (RFC 5905 §8). */
export class NtpSession implements Session {
  readonly #context: SessionContext;
  readonly #questions: Exchanges<TimeMessage>;
  readonly #management: ManagementExchanges;

  constructor(context: SessionContext) {
    this.#context = context;
    this.#questions = new Exchanges(MAX_PENDING, (asked, outcome) => this.#emit(asked, undefined, outcome));
    this.#management = new ManagementExchanges(MAX_PENDING, (call) => context.emit(call));
  }

  data(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    const passage = { first: mark, last: mark, bytes: bytes.length, hasGap: false };
    const mode = modeOf(bytes);
    if (mode === Mode.control || mode === Mode.private) {
      const message = parseManagement(bytes);
      if (message === undefined) this.#context.violation({ code: "badManagement", direction, mark });
      else this.#management.message(message, direction, passage);
    } else if (bytes.length < HEADER_BYTES || mode === 0) this.#context.violation({ code: "notNtp", direction, mark });
    else this.#time(parseTime(bytes), direction, passage);
    return true;
  }

  gap(): boolean {
    return true;
  }

  end(): void {
    // Datagrams have no end.
  }

  close(reason: EndReason, mark: Mark): void {
    this.#questions.close(reason, mark);
    this.#management.close(reason, mark);
  }

  #time(message: TimeMessage, direction: Direction, passage: Passage): void {
    if (message.mode === Mode.broadcast) {
      const attributes = { ...attributesOf(message, undefined), "weir.call.initiator": "server" };
      const operation = modeName(message.mode);
      this.#context.emit(callOf(passage, undefined, { operation, target: "", status: "ok", attributes }));
      return;
    }
    const asked = this.#questions.answer(`${1 - direction} ${message.origin}`);
    const isAnswer = message.mode === Mode.server || message.mode === Mode.symmetricPassive;
    if (asked !== undefined || isAnswer) this.#emit(asked, { message, passage, attempts: 1 });
    // Peers answer with what is a question again.
    else this.#questions.ask(`${direction} ${message.transmit}`, message, passage);
  }

  #emit(asked: Seen<TimeMessage> | undefined, answer: Seen<TimeMessage> | undefined, unanswered?: Unanswered): void {
    const outcome = answer === undefined ? { status: "unknown" as const } : outcomeOf(answer.message);
    const isPair = asked !== undefined && answer !== undefined;
    this.#context.emit(
      callOf(asked?.passage, answer?.passage, {
        operation: asked === undefined ? "unknown" : modeName(asked.message.mode),
        target: "",
        ...outcome,
        ...unanswered,
        attributes: {
          ...attributesOf(asked?.message, answer?.message),
          ...(isPair && clockAttributes(asked.passage, answer.passage, answer.message, this.#context.startUnixNs)),
          ...(asked !== undefined && { "weir.ntp.attempts": String(asked.attempts) }),
        },
      }),
    );
  }
}

import type { Mark } from "@weir/base";
import type { Direction, EndReason } from "@weir/model";
import type { CallDraft } from "../call-draft.ts";
import { Exchanges, type Seen, type Unanswered } from "../common/exchanges.ts";
import { callOf, joinPassages, type Passage, present } from "../common/passage.ts";
import type { ManagementMessage } from "./management.ts";
import { modeName } from "./names.ts";
import { Mode } from "./wire.ts";

/** What has come of an answer in several datagrams. */
interface UnderWay {
  readonly message: ManagementMessage;
  readonly passage: Passage;
}

/** Questions of modes 6 and 7 with their answers, which may be several datagrams each. */
export class ManagementExchanges {
  readonly #exchanges: Exchanges<ManagementMessage>;
  readonly #emit: (call: CallDraft) => void;
  /** By the key of the question; no more of them than questions. */
  readonly #underWay = new Map<string, UnderWay>();
  readonly #limit: number;

  constructor(limit: number, emit: (call: CallDraft) => void) {
    this.#limit = limit;
    this.#emit = emit;
    this.#exchanges = new Exchanges(limit, (asked, outcome) => emit(draftOf(asked, undefined, outcome)));
  }

  message(message: ManagementMessage, direction: Direction, passage: Passage): void {
    const asks = message.isResponse ? 1 - direction : direction;
    // Clients of private mode do not count; the operation tells as much.
    const key = `${asks} ${message.mode} ${message.mode === Mode.control ? message.sequence : message.operation}`;
    if (!message.isResponse) {
      this.#exchanges.ask(key, message, passage);
      return;
    }
    const before = this.#underWay.get(key);
    const soFar = {
      message: { ...message, count: (before?.message.count ?? 0) + message.count },
      passage: joinPassages(before?.passage, passage),
    };
    if (message.hasMore && (before !== undefined || this.#underWay.size < this.#limit)) this.#underWay.set(key, soFar);
    else this.#answered(key, soFar);
  }

  close(reason: EndReason, mark: Mark): void {
    for (const [key, soFar] of this.#underWay) this.#answered(key, soFar);
    this.#exchanges.close(reason, mark);
  }

  #answered(key: string, { message, passage }: UnderWay): void {
    this.#underWay.delete(key);
    this.#emit(draftOf(this.#exchanges.answer(key), { message, passage, attempts: 1 }));
  }
}

function draftOf(
  asked: Seen<ManagementMessage> | undefined,
  answer: Seen<ManagementMessage> | undefined,
  unanswered?: Unanswered,
): CallDraft {
  const known = asked?.message ?? answer?.message;
  const error = answer?.message.error ?? "";
  return callOf(asked?.passage, answer?.passage, {
    operation: known?.operation ?? "unknown",
    target: "",
    status: error === "" ? "ok" : "clientError",
    statusCode: error,
    ...unanswered,
    attributes: present({
      "weir.ntp.version": known?.version,
      "weir.ntp.mode": known === undefined ? undefined : modeName(known.mode),
      "weir.ntp.items": known?.mode === Mode.private ? answer?.message.count : undefined,
      "weir.ntp.attempts": asked?.attempts,
    }),
  });
}

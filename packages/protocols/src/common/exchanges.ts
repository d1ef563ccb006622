import type { Mark } from "@weir/base";
import type { CallStatus, EndReason, GradeReason } from "@weir/model";
import type { Passage } from "./passage.ts";
import { PendingTable } from "./pending-table.ts";
import { unanswered } from "./unanswered.ts";

/** A message, and how it passed. */
export interface Seen<Message> {
  readonly message: Message;
  readonly passage: Passage;
  /** How often it was sent. */
  attempts: number;
}

/** How a request ended that nobody answered. */
export interface Unanswered {
  readonly status: CallStatus;
  readonly gradeReasons: readonly GradeReason[];
}

/** Who asks over UDP asks again after some seconds: a request that old has timed out, whatever ends the capture. */
const TIMEOUT_NS = 5e9;

/**
 * Requests that are paired with their answers by a key, as protocols of datagrams do it. A request that comes again while it waits was sent again.
 * Holds at most `limit` of them.
 */
export class Exchanges<Message> {
  readonly #waiting: PendingTable<string, Seen<Message>>;
  readonly #giveUp: (asked: Seen<Message>, outcome: Unanswered) => void;

  /** `giveUp` is told of each request that will not be answered. */
  constructor(limit: number, giveUp: (asked: Seen<Message>, outcome: Unanswered) => void) {
    this.#giveUp = giveUp;
    this.#waiting = new PendingTable(limit, (asked) =>
      giveUp(asked, { status: "unknown", gradeReasons: ["limitReached"] }),
    );
  }

  ask(key: string, message: Message, passage: Passage): void {
    const known = this.#waiting.find(key);
    if (known === undefined) this.#waiting.put(key, { message, passage, attempts: 1 });
    else known.attempts += 1;
  }

  /** The request that is answered; it waits no more. */
  answer(key: string): Seen<Message> | undefined {
    return this.#waiting.take(key);
  }

  /** Nothing more comes. */
  close(reason: EndReason, mark: Mark): void {
    const outcome = unanswered(reason);
    for (const asked of this.#waiting.drain()) {
      const hasTimedOut = outcome.status === "unknown" && mark.atNs - asked.passage.last.atNs >= TIMEOUT_NS;
      this.#giveUp(asked, hasTimedOut ? { status: "timeout", gradeReasons: [] } : outcome);
    }
  }
}

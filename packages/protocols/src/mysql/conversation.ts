import type { Mark } from "@weir/base";
import type { EndReason, GradeReason } from "@weir/model";
import { BoundedMemory } from "../common/sql/memory.ts";
import type { SessionContext } from "../contract.ts";
import { type About, draftOf, type Unfinished } from "./draft.ts";
import { Exchange, type Prepared } from "./exchange.ts";

/** Commands that wait for an answer at most; the oldest is given up beyond it. */
export const MAX_WAITING = 256;
/** Prepared statements of one connection that are remembered. */
const MAX_PREPARED = 1_024;

/** What both sides of one connection share: who waits, what was prepared, what was agreed on. */
export class Conversation {
  readonly context: SessionContext;
  readonly prepared = new BoundedMemory<number, Prepared>(MAX_PREPARED);
  readonly about: About = {
    serverVersion: "",
    connectionId: undefined,
    user: "",
    schema: "",
    program: "",
    plugin: "",
    compression: "",
  };
  /** What both sides use; undefined where the login was not seen. */
  capabilities: number | undefined;
  /** The statement that was prepared last. */
  latest: Prepared | undefined;
  readonly #waiting: Exchange[] = [];
  /** An answer whose command was not seen. */
  #orphan: Exchange | undefined;
  #hadGap = false;

  constructor(context: SessionContext) {
    this.context = context;
  }

  /** What the server is answering. */
  get head(): Exchange | undefined {
    return this.#waiting[0] ?? this.#orphan;
  }

  wait(exchange: Exchange): void {
    if (this.#waiting.length >= MAX_WAITING) {
      this.#waiting[0]?.reasons.add("limitReached");
      this.#emit(this.#waiting.shift(), "lost");
    }
    this.#waiting.push(exchange);
  }

  /** Why something is not known that should have been said before; undefined where it never was. */
  get unknownReason(): GradeReason | undefined {
    if (this.context.midStream) return "midStreamStart";
    return this.#hadGap ? "missingSegments" : undefined;
  }

  /** Nobody will answer it. */
  done(exchange: Exchange): void {
    this.#emit(exchange);
  }

  /** An answer begins whose command was not seen. */
  orphan(first: Mark): Exchange {
    const exchange = new Exchange("unknown", "rows", this.capabilities, first);
    exchange.reasons.add(this.context.midStream ? "midStreamStart" : "missingSegments");
    this.#orphan = exchange;
    return exchange;
  }

  /** The head was answered. */
  finish(): void {
    const exchange = this.#waiting.shift() ?? this.#orphan;
    this.#orphan = undefined;
    if (exchange === undefined) return;
    this.#learn(exchange);
    this.#emit(exchange);
  }

  /** Bytes are missing: who waits may have been answered there. */
  gap(): void {
    this.#hadGap = true;
    for (const exchange of this.#waiting) exchange.reasons.add("missingSegments");
  }

  /** The rest of the head's answer was lost: another one begins. */
  missHead(): void {
    this.#emit(this.#waiting.shift() ?? this.#orphan, "lost");
    this.#orphan = undefined;
  }

  /** The answers to all that waits were lost. */
  missAll(): void {
    for (const exchange of this.#waiting.splice(0)) this.#emit(exchange, "lost");
    this.#emit(this.#orphan, "lost");
    this.#orphan = undefined;
  }

  close(reason: EndReason): void {
    for (const exchange of this.#waiting.splice(0)) this.#emit(exchange, reason);
    this.#emit(this.#orphan, "lost");
    this.#orphan = undefined;
  }

  /** What the answer changes for those that come after. */
  #learn({ name, answer, statement, traceparent, schema }: Exchange): void {
    if (answer.error !== undefined) return;
    if (answer.statementId !== undefined) this.prepared.set(answer.statementId, { statement, traceparent });
    if (name === "COM_CHANGE_USER" || name === "COM_RESET_CONNECTION") this.prepared.clear();
    if (name === "COM_INIT_DB") this.about.schema = schema;
    if (name === "COM_QUERY" && statement?.operation === "USE") this.about.schema = statement.collection;
  }

  #emit(exchange: Exchange | undefined, reason?: Unfinished): void {
    if (exchange !== undefined) this.context.emit(draftOf(exchange, this.about, reason));
  }
}

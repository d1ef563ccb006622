import type { Mark } from "@weir/base";
import { Direction, type EndReason, type GradeReason } from "@weir/model";
import type { Frame } from "../common/frame-reader.ts";
import { BoundedMemory } from "../common/sql/memory.ts";
import type { SessionContext } from "../contract.ts";
import { type About, draftOf, type Unfinished } from "./draft.ts";
import type { Notice } from "./errors.ts";
import { type AskingMessage, Exchange, type Prepared } from "./exchange.ts";

/** Messages of the client that wait for an answer at most; the oldest is given up beyond it. */
export const MAX_WAITING = 1_024;
/** Prepared statements, and portals, of one connection that are remembered. */
const MAX_PREPARED = 1_024;

/** Letter of a message that the server answers in order; `s` startup, `e` a request for encryption. */
export type Waiting = "s" | "e" | "Q" | "F" | "P" | "B" | "D" | "C" | "E" | "S";

/** Those that ReadyForQuery answers. */
const ENDS_WITH_READY = new Set<Waiting>(["s", "Q", "F", "S"]);

interface Step {
  readonly kind: Waiting;
  readonly exchange: Exchange;
}

/** What both sides of one connection share: who waits for what, and what was prepared. */
export class Conversation {
  readonly context: SessionContext;
  readonly statements = new BoundedMemory<string, Prepared>(MAX_PREPARED);
  readonly portals = new BoundedMemory<string, Prepared>(MAX_PREPARED);
  readonly about: About = { database: "", user: "", application: "", serverVersion: "", backendPid: "" };
  readonly #steps: Step[] = [];
  /** An error came and the client's Sync has not: what it sends until then is not executed. */
  #skipsToSync = false;
  #hadGap = false;

  constructor(context: SessionContext) {
    this.context = context;
  }

  /** Why something is not known that should have been said before; undefined where it never was. */
  get unknownReason(): GradeReason | undefined {
    if (this.context.midStream) return "midStreamStart";
    return this.#hadGap ? "missingSegments" : undefined;
  }

  /** What the server is answering. */
  get head(): Step | undefined {
    return this.#steps[0];
  }

  /** The client asked something; its answer comes behind those of all that were asked before. */
  wait(kind: Waiting, exchange: Exchange): void {
    if (this.#skipsToSync && !ENDS_WITH_READY.has(kind)) {
      exchange.isAborted = true;
      return;
    }
    this.#skipsToSync = false;
    if (this.#steps.length >= MAX_WAITING) this.#giveUpOldest();
    this.#steps.push({ kind, exchange });
    exchange.waiting += 1;
  }

  /** The first message of a kind that waits was answered: with it all before it, whose answers were not seen. */
  take(...kinds: readonly Waiting[]): Exchange | undefined {
    const at = this.#steps.findIndex(({ kind }) => kinds.includes(kind));
    if (at === -1) return undefined;
    for (const { exchange } of this.#steps.splice(0, at)) this.#miss(exchange);
    const exchange = this.#steps.shift()?.exchange;
    if (exchange !== undefined) exchange.waiting -= 1;
    return exchange;
  }

  /** ReadyForQuery: the end of a Query or a Sync, and of all before it. */
  takeReady(): Exchange | undefined {
    return this.take(...ENDS_WITH_READY);
  }

  /** An error in the extended protocol: everything up to Sync is passed over. */
  skipToSync(): void {
    const failed = this.head?.exchange;
    while (this.head !== undefined && !ENDS_WITH_READY.has(this.head.kind)) {
      const { exchange } = this.head;
      this.#steps.shift();
      exchange.waiting -= 1;
      if (exchange !== failed) exchange.isAborted = true;
      this.finish(exchange);
    }
    this.#skipsToSync = this.head === undefined;
  }

  /** Emits an exchange if nothing more can come for it. */
  finish(exchange: Exchange): void {
    if (exchange.isClosed && exchange.waiting === 0) this.emit(exchange);
  }

  /** Emits an exchange, once. `reason`: the connection ended before it was answered. */
  emit(exchange: Exchange, reason?: Unfinished): void {
    if (exchange.isEmitted) return;
    exchange.isEmitted = true;
    this.context.emit(draftOf(exchange, this.about, reason));
  }

  /** Emits a statement of a Query that goes on with the next. */
  emitStatement(exchange: Exchange): void {
    this.context.emit(draftOf(exchange, this.about));
    exchange.nextStatement();
  }

  /** A message that the server sent unasked. */
  emitUnasked(operation: string, target: string, { length, first, last }: Frame, notice?: Notice): void {
    const said = new Exchange("unknown", first);
    said.error = notice;
    const { responseBody: requestBody, ...draft } = draftOf(said, this.about);
    const isError = operation === "Error";
    this.context.emit({
      ...draft,
      operation,
      target,
      status: isError ? draft.status : "ok",
      requestBody,
      requestLast: last,
      requestBytes: length,
      attributes: { ...draft.attributes, "weir.call.initiator": "server" },
    });
  }

  /** An answer whose question was not seen. */
  orphan(message: AskingMessage, first: Mark): Exchange {
    const exchange = new Exchange(message, first);
    exchange.reasons.add(this.context.midStream ? "midStreamStart" : "missingSegments");
    return exchange;
  }

  violation(code: string, direction: Direction, mark: Mark): void {
    this.context.violation({ code, direction, mark });
  }

  /** Bytes are missing: who waits may have been answered there. */
  gap(): void {
    this.#hadGap = true;
    for (const { exchange } of this.#steps) exchange.reasons.add("missingSegments");
  }

  /** The answers to all that waits were lost. */
  missAll(): void {
    this.gap();
    for (const { exchange } of this.#steps.splice(0)) this.#miss(exchange);
  }

  /** Nothing more comes. */
  close(reason: EndReason): void {
    for (const { exchange } of this.#steps.splice(0)) this.emit(exchange, exchange.isComplete ? undefined : reason);
  }

  #giveUpOldest(): void {
    const oldest = this.#steps.shift();
    if (oldest === undefined) return;
    oldest.exchange.reasons.add("limitReached");
    this.#miss(oldest.exchange);
  }

  /** Its answer passed unseen. */
  #miss(exchange: Exchange): void {
    exchange.waiting -= 1;
    if (exchange.waiting === 0 || exchange.message === "Query") this.emit(exchange, "lost");
  }
}

/** Which direction a side sends in. */
export const TO = { frontend: Direction.toServer, backend: Direction.toClient } as const;

import type { Mark } from "@weir/base";
import type { EndReason } from "@weir/model";
import { joinPassages, type Passage } from "../common/passage.ts";
import { SQL_DIALECTS } from "../common/sql/dialect.ts";
import { readSql, together } from "../common/sql/query.ts";
import { unanswered } from "../common/unanswered.ts";
import type { SessionContext } from "../contract.ts";
import type { Agreed, ClientHello, ClientMessage } from "./client-packets.ts";
import { callOfExchange, countBlock, type Exchange, type ExchangeEnd, newExchange } from "./exchange.ts";
import type { Query } from "./query.ts";
import type { ServerMessage } from "./server-packets.ts";
import { MAX_REVISION } from "./wire.ts";

/** Questions under way at most: clients ask one at a time, and ping. */
export const MAX_PENDING = 64;

/** Pairs what a client asks with what the server says to it: in order. */
export class Conversation {
  readonly #context: SessionContext;
  readonly #pending: Exchange[] = [];
  #clientRevision = MAX_REVISION;
  #serverRevision = MAX_REVISION;
  #isCompressed = false;
  #database: string | undefined;
  #serverVersion: string | undefined;
  /** The query whose data the client sends. */
  #query: Exchange | undefined;
  constructor(context: SessionContext) {
    this.#context = context;
  }

  get agreed(): Agreed {
    return { revision: Math.min(this.#clientRevision, this.#serverRevision), isCompressed: this.#isCompressed };
  }

  /** A packet of the client's. Returns true where it asks, so that what the server says next is the answer to it. */
  asked(message: ClientMessage, passage: Passage): boolean {
    switch (message.kind) {
      case "hello":
        return this.#ask(this.#greeting(message.hello), passage);
      case "query":
        this.#isCompressed = message.query.isCompressed;
        if (this.agreed.revision === MAX_REVISION) this.#clientRevision = message.query.revision ?? MAX_REVISION;
        this.#query = this.#queryOf(message.query);
        return this.#ask(this.#query, passage);
      case "ping":
        return this.#ask(newExchange({ kind: "ping", operation: "ping", target: "", facts: this.#facts() }), passage);
      case "tables": {
        const target = message.tables.join(", ");
        return this.#ask(
          newExchange({ kind: "tables", operation: "tablesStatus", target, facts: this.#facts() }),
          passage,
        );
      }
      case "scalar":
      case "data":
        if (this.#query === undefined) return false;
        if (message.kind === "data") countBlock(this.#query.sent, message.block);
        this.#query.request = joinPassages(this.#query.request, passage);
        // Where data goes on, what the server said before is no answer: it tells the columns that it wants.
        this.#query.response = undefined;
        return false;
      case "cancel":
        if (this.#query !== undefined) this.#query.cancelledAt = passage.last;
        return false;
      default:
        return false;
    }
  }

  /** A packet of the server's. */
  answered(message: ServerMessage, passage: Passage): void {
    const exchange = message.kind === "pong" ? this.#pinged() : this.#pending[0];
    if (exchange === undefined) return;
    exchange.response = joinPassages(exchange.response, passage);
    switch (message.kind) {
      case "hello":
        this.#serverRevision = message.revision;
        this.#serverVersion = message.version;
        Object.assign(exchange.facts, this.#facts());
        this.#finish(exchange, { status: "ok" });
        break;
      case "data":
        countBlock(exchange.given, message.block);
        break;
      case "progress":
        exchange.readRows += message.rows;
        exchange.readBytes += message.bytes;
        break;
      case "exception":
        this.#finish(exchange, { status: "unknown", errorCode: message.code });
        break;
      case "pong":
      case "tables":
      case "endOfStream":
        this.#finish(exchange, { status: "ok" });
        break;
      default:
    }
  }

  /** Bytes of an answer that is not read: when, and whether they end as answers do. */
  unread(passage: Passage): void {
    const [exchange] = this.#pending;
    if (exchange === undefined) return;
    exchange.response = joinPassages(exchange.response, passage);
    exchange.isUnread = true;
  }

  /** Bytes never came: what is under way misses some. */
  lost(): void {
    for (const exchange of this.#pending) exchange.hasGap = true;
  }

  /** The client asks again: what was not read to its end is over. `isEnded`: its last byte was that of an end. */
  settle(isEnded: boolean): void {
    for (const exchange of this.#pending.slice()) {
      if (exchange.response === undefined) continue;
      this.#finish(exchange, { status: isEnded ? "ok" : "unknown" });
    }
  }

  close(reason: EndReason): void {
    for (const exchange of this.#pending.splice(0)) this.#emit(exchange, unanswered(reason));
  }

  #pinged(): Exchange | undefined {
    return this.#pending.find(({ kind }) => kind === "ping");
  }

  #ask(exchange: Exchange, passage: Passage): true {
    exchange.request = passage;
    if (this.#pending.length >= MAX_PENDING) {
      const [oldest] = this.#pending.splice(0, 1);
      if (oldest !== undefined) this.#emit(oldest, { status: "unknown", gradeReasons: ["limitReached"] });
    }
    this.#pending.push(exchange);
    return true;
  }

  #greeting({ name, version, revision, database }: ClientHello): Exchange {
    this.#clientRevision = revision;
    this.#database = database === "" ? undefined : database;
    const facts = { "weir.clickhouse.client_name": name, "weir.clickhouse.client_version": version };
    return newExchange({ kind: "hello", operation: "hello", target: database, facts });
  }

  #queryOf({ id, isSecondary, clientName, traceparent, settings, sql, isCut }: Query): Exchange {
    const read = readSql(sql, SQL_DIALECTS.clickhouse, isCut);
    const statement = together(read.statements);
    return newExchange({
      kind: "query",
      operation: statement.operation === "" ? "QUERY" : statement.operation,
      target: statement.collection,
      statement,
      traceparent: traceparent ?? read.traceparent,
      facts: {
        ...this.#facts(),
        "weir.clickhouse.query_id": id === "" ? undefined : id,
        "weir.clickhouse.secondary": isSecondary ? true : undefined,
        "weir.clickhouse.client_name": clientName === "" ? undefined : clientName,
        "weir.clickhouse.settings": settings.length === 0 ? undefined : settings.join(", "),
      },
    });
  }

  #facts(): Exchange["facts"] {
    const { revision } = this.agreed;
    return {
      "db.namespace": this.#database,
      "weir.clickhouse.server_version": this.#serverVersion,
      "weir.clickhouse.revision": revision === MAX_REVISION ? undefined : revision,
    };
  }

  #finish(exchange: Exchange, end: ExchangeEnd): void {
    const at = this.#pending.indexOf(exchange);
    if (at >= 0) this.#pending.splice(at, 1);
    if (this.#query === exchange) this.#query = undefined;
    this.#emit(exchange, end);
  }

  #emit(exchange: Exchange, end: ExchangeEnd): void {
    const call = callOfExchange(exchange, end);
    if (call !== undefined) this.#context.emit(call);
  }
}

/** A passage of bytes that came at `mark`. */
export function passageAt(first: Mark, last: Mark, bytes: number): Passage {
  return { first, last, bytes, hasGap: false };
}

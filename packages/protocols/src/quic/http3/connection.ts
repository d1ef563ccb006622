import type { Mark } from "@weir/base";
import type { EndReason, GradeReason } from "@weir/model";
import { callOfExchange } from "../../common/http/call-of-exchange.ts";
import type { HttpExchange } from "../../common/http/exchange.ts";
import type { SessionContext } from "../../contract.ts";
import type { StreamSink } from "../streams.ts";
import { ExchangeStream, type SectionHandler } from "./exchange-stream.ts";
import { decodeFieldSection } from "./qpack/field-section.ts";
import { Http3Side } from "./side.ts";

/** Field sections that wait for an encoder stream at most; the oldest are then shown as far as they are known. */
const MAX_BLOCKED = 256;
const PROTOCOL = "http";

interface BlockedSection {
  readonly stream: ExchangeStream;
  readonly byClient: boolean;
  readonly block: Uint8Array;
  readonly last: Mark;
}

/** The HTTP/3 of one connection (RFC 9114): one call per request stream. */
export class Http3Connection implements StreamSink {
  readonly #context: () => SessionContext;
  readonly #exchanges = new Map<number, ExchangeStream>();
  readonly #client: Http3Side = new Http3Side((bytes) => {
    this.#server.table.allowedBytes = bytes;
  });
  readonly #server: Http3Side = new Http3Side((bytes) => {
    this.#client.table.allowedBytes = bytes;
  });
  #blocked: BlockedSection[] = [];

  constructor(context: () => SessionContext) {
    this.#context = context;
  }

  data(id: number, byClient: boolean, bytes: Uint8Array, mark: Mark): void {
    if (isRequestStream(id)) this.#exchangeOf(id).data(byClient, bytes, mark);
    else if (isInOneDirection(id)) {
      const side = this.#side(byClient);
      const before = side.table.insertCount;
      side.data(id, bytes, mark);
      if (side.table.insertCount !== before || side.table.isLost) this.#unblock(false);
    }
  }

  gap(id: number, byClient: boolean, missingBytes: number): void {
    if (isRequestStream(id)) this.#exchangeOf(id).gap(byClient, missingBytes);
    else if (isInOneDirection(id)) {
      this.#side(byClient).gap(id, missingBytes);
      this.#unblock(false);
    }
  }

  end(id: number, byClient: boolean, mark: Mark, resetCode: number | undefined): void {
    if (isInOneDirection(id)) this.#side(byClient).end(id);
    if (!isRequestStream(id)) return;
    const exchange = this.#exchangeOf(id);
    exchange.end(byClient, mark, resetCode);
    this.#settle(exchange);
  }

  abandon(id: number): void {
    const exchange = this.#exchanges.get(id);
    if (exchange !== undefined) this.#emit(exchange, "captureEnd", ["limitReached"]);
  }

  close(reason: EndReason): void {
    this.#unblock(true);
    const cutBy = reason === "replaced" ? "captureEnd" : reason;
    const reasons: GradeReason[] = cutBy === "captureEnd" ? ["captureEnded"] : [];
    for (const exchange of [...this.#exchanges.values()]) this.#emit(exchange, cutBy, reasons);
  }

  #side(byClient: boolean): Http3Side {
    return byClient ? this.#client : this.#server;
  }

  #exchangeOf(id: number): ExchangeStream {
    const known = this.#exchanges.get(id);
    if (known !== undefined) return known;
    const exchange = new ExchangeStream(id, this.#context().httpApplications, this.#onSection);
    this.#exchanges.set(id, exchange);
    return exchange;
  }

  readonly #onSection: SectionHandler = (stream, byClient, block, last) => {
    // What comes behind a section that waits must wait as well: the first is the head.
    const mustWait = this.#blocked.some((other) => other.stream === stream && other.byClient === byClient);
    const section = mustWait ? "blocked" : decodeFieldSection(block, this.#side(byClient).table);
    if (section !== "blocked") {
      stream.section(byClient, section, last);
      return;
    }
    stream.block(byClient);
    this.#blocked.push({ stream, byClient, block: block.slice(), last });
    if (this.#blocked.length > MAX_BLOCKED) this.#unblock(true);
  };

  /** Decodes what waited as far as it can be; all of it where it is `forced`. */
  #unblock(isForced: boolean): void {
    const waiting = this.#blocked;
    if (waiting.length === 0) return;
    this.#blocked = [];
    for (const { stream, byClient, block, last } of waiting) {
      stream.unblock(byClient);
      const { table } = this.#side(byClient);
      if (isForced) table.isLost ||= decodeFieldSection(block, table) === "blocked";
      this.#onSection(stream, byClient, block, last);
      this.#settle(stream);
    }
  }

  #settle(exchange: ExchangeStream): void {
    if (exchange.isComplete) this.#emit(exchange, undefined, []);
  }

  #emit(stream: ExchangeStream, cutBy: HttpExchange["cutBy"], reasons: readonly GradeReason[]): void {
    if (!this.#exchanges.delete(stream.id)) return;
    const context = this.#context();
    const draft = callOfExchange(stream.exchange(cutBy, reasons), context.httpApplications);
    if (draft !== undefined) context.emit({ ...draft, protocol: draft.protocol ?? PROTOCOL });
  }
}

/** RFC 9000 §2.1: the two lowest bits tell who opened a stream, and in which directions it goes. */
function isRequestStream(id: number): boolean {
  return id % 4 === 0;
}

function isInOneDirection(id: number): boolean {
  return id % 4 >= 2;
}

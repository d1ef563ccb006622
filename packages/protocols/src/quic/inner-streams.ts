import type { Mark } from "@weir/base";
import { Direction, type EndReason } from "@weir/model";
import type { InnerStream, SessionContext } from "../contract.ts";
import type { StreamSink } from "./streams.ts";

/** Streams whose protocol is looked for at once at most. */
const MAX_STREAMS = 256;

/** Streams that are each a conversation of their own: the protocol of each is found by its bytes. */
export class InnerStreams implements StreamSink {
  readonly #context: () => SessionContext;
  readonly #open = new Map<number, { readonly stream: InnerStream; ends: number }>();

  constructor(context: () => SessionContext) {
    this.#context = context;
  }

  data(id: number, byClient: boolean, bytes: Uint8Array, mark: Mark): void {
    this.#openedFor(id)?.stream.data(directionOf(id, byClient), bytes, mark);
  }

  gap(id: number, byClient: boolean, missingBytes: number, mark: Mark): void {
    this.#open.get(id)?.stream.gap(directionOf(id, byClient), missingBytes, mark);
  }

  end(id: number, byClient: boolean, mark: Mark, resetCode: number | undefined): void {
    const opened = this.#open.get(id);
    if (opened === undefined) return;
    opened.stream.end(directionOf(id, byClient), mark);
    opened.ends += 1;
    if (opened.ends < 2 && resetCode === undefined) return;
    opened.stream.close(resetCode === undefined ? "fin" : "reset", mark);
    this.#open.delete(id);
  }

  abandon(id: number, mark: Mark): void {
    this.#open.get(id)?.stream.close("captureEnd", mark);
    this.#open.delete(id);
  }

  close(reason: EndReason, mark: Mark): void {
    for (const { stream } of this.#open.values()) stream.close(reason, mark);
    this.#open.clear();
  }

  /** Streams in one direction are no conversations. */
  #openedFor(id: number): { readonly stream: InnerStream } | undefined {
    const known = this.#open.get(id);
    if (known !== undefined || (id & 2) !== 0 || this.#open.size >= MAX_STREAMS) return known;
    const opened = { stream: this.#context().inner(), ends: 0 };
    this.#open.set(id, opened);
    return opened;
  }
}

/** Who opens a stream asks (RFC 9000 §2.1: even numbers are the client's). */
function directionOf(id: number, byClient: boolean): Direction {
  return byClient === ((id & 1) === 0) ? Direction.toServer : Direction.toClient;
}

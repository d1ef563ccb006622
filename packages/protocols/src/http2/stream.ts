import type { Mark } from "@weir/base";
import type { Direction, GradeReason } from "@weir/model";
import { BodyCollector } from "../common/http/body-collector.ts";
import type { BodyObserver, HttpPassage, HttpRequest, HttpResponse } from "../common/http/exchange.ts";
import type { Header } from "../common/http/headers.ts";
import type { Interim } from "../common/http/interim.ts";
import { type FlowControl, NO_STALLS, type SendWindow, type Stalls, stallsSince } from "./flow-control.ts";

/** Times in which a message could not be sent on because its stream's window, or the connection's, was empty. */
export interface MessageStalls {
  readonly stream: Stalls;
  readonly connection: Stalls;
}

/** One side's message on a stream. */
export class StreamMessage implements HttpPassage {
  readonly first: Mark;
  last: Mark;
  bytes = 0;
  readonly body: BodyCollector;
  readonly observer: BodyObserver | undefined;
  trailers: readonly Header[] = [];
  hasEnded = false;
  /** True once a final head, or content, has passed: what follows it in a header block are trailers. */
  hasHead = false;
  /** Where the head ended. */
  headLast: Mark;
  /** What the connection's stalls came to when the message began. */
  connectionBefore: Stalls = NO_STALLS;
  /** Set when it has ended. */
  stalls: MessageStalls | undefined;

  constructor(first: Mark, bodyLimit: number, headers?: readonly Header[], observer?: BodyObserver) {
    this.first = first;
    this.last = first;
    this.headLast = first;
    this.body = new BodyCollector(bodyLimit, headers);
    this.observer = observer;
  }
}

/** A stream: a request, its response, and how it ended (RFC 9113 §5). */
export interface Http2Stream {
  readonly id: number;
  request: HttpRequest | undefined;
  response: HttpResponse | undefined;
  requestMessage: StreamMessage | undefined;
  responseMessage: StreamMessage | undefined;
  /** When the client gave it up before the response was complete; what the server had sent by then may still come. */
  cutAt: Mark | undefined;
  /** What each direction may still send; made when it is first asked for. */
  readonly windows: [SendWindow | undefined, SendWindow | undefined];
  readonly gradeReasons: Set<GradeReason>;
  /** Interim responses; made with the first. */
  interim: Interim | undefined;
  /** How it was given up. */
  reset: { readonly code: string; readonly by: "client" | "server" } | undefined;
  /** True where the server said that it did nothing with it (RFC 9113 §8.7). */
  isUnprocessed: boolean;
  /** Error code of a GOAWAY that came while it was open. */
  goaway: string | undefined;
  /** True where the server sent it unasked. */
  isPushed: boolean;
  /** True where an HTTP/1 request was answered here. */
  isUpgraded: boolean;
  /** The server's limit of streams at a time, where this one reached it. */
  limitReached: number | undefined;
}

export function newStream(id: number): Http2Stream {
  return {
    id,
    request: undefined,
    response: undefined,
    requestMessage: undefined,
    responseMessage: undefined,
    cutAt: undefined,
    windows: [undefined, undefined],
    gradeReasons: new Set(),
    interim: undefined,
    reset: undefined,
    isUnprocessed: false,
    goaway: undefined,
    isPushed: false,
    isUpgraded: false,
    limitReached: undefined,
  };
}

/** The message that travels in a direction. */
export function messageOf(stream: Http2Stream, direction: Direction, client: Direction): StreamMessage | undefined {
  return direction === client ? stream.requestMessage : stream.responseMessage;
}

/** Notes how long a message has waited for windows, once it has ended or is cut off. */
export function settleStalls(
  flow: FlowControl,
  stream: Http2Stream,
  direction: Direction,
  message: StreamMessage,
  mark: Mark,
): void {
  if (!flow.isCertain) return;
  // A window that is empty behind the message's last byte stops nothing.
  const until = message.hasEnded ? undefined : mark;
  message.stalls = {
    stream: flow.streamStalls(direction, stream, until),
    connection: stallsSince(message.connectionBefore, flow.connectionStalls(direction, until)),
  };
}

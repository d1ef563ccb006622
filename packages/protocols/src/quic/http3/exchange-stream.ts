import type { Mark } from "@weir/base";
import type { GradeReason } from "@weir/model";
import { BodyCollector } from "../../common/http/body-collector.ts";
import {
  type BodyObserver,
  type HttpApplication,
  type HttpExchange,
  type HttpPassage,
  type HttpRequest,
  type HttpResponse,
  observerOf,
} from "../../common/http/exchange.ts";
import type { Header } from "../../common/http/headers.ts";
import { Interim } from "../../common/http/interim.ts";
import { http3ErrorName } from "../error-names.ts";
import { FrameStream } from "./frame-stream.ts";
import { headOf } from "./head.ts";
import type { FieldSection } from "./qpack/field-section.ts";

/** Bytes of a body that are kept. */
export const MAX_BODY_BYTES = 4096;

/** One side's message on a request stream. */
class Message {
  first: Mark | undefined;
  last: Mark | undefined;
  bytes = 0;
  /** Where its head ended. */
  headLast: Mark | undefined;
  body = new BodyCollector(MAX_BODY_BYTES);
  observer: BodyObserver | undefined;
  trailers: readonly Header[] = [];
  isOver = false;
  /** Field sections that wait for the encoder stream. */
  blocked = 0;

  get passage(): HttpPassage | undefined {
    const { first, last, bytes, body, trailers, observer } = this;
    return first === undefined || last === undefined ? undefined : { first, last, bytes, body, trailers, observer };
  }

  /** Its head is known, before anything of its body as a rule. */
  begin(headers: readonly Header[], applications: readonly HttpApplication[], last: Mark): void {
    this.headLast = last;
    if (this.body.bytes > 0) return;
    this.body = new BodyCollector(MAX_BODY_BYTES, headers);
    this.observer = observerOf(headers, applications);
  }
}

/** An encoded field section of a stream, in the order of the wire; `block` is borrowed. */
export type SectionHandler = (stream: ExchangeStream, byClient: boolean, block: Uint8Array, last: Mark) => void;

/** A request stream (RFC 9114 §4.1): one request with its response. */
export class ExchangeStream {
  readonly id: number;
  readonly #applications: readonly HttpApplication[];
  readonly #messages = [new Message(), new Message()] as const;
  readonly #frames: readonly [FrameStream, FrameStream];
  readonly #reasons = new Set<GradeReason>();
  #interim: Interim | undefined;
  #request: HttpRequest | undefined;
  #response: HttpResponse | undefined;
  #reset: { readonly code: number; readonly byClient: boolean } | undefined;

  /** What a section given to `onSection` says comes back by `section`. */
  constructor(id: number, applications: readonly HttpApplication[], onSection: SectionHandler) {
    this.id = id;
    this.#applications = applications;
    this.#frames = [this.#newFrames(true, onSection), this.#newFrames(false, onSection)];
  }

  data(byClient: boolean, bytes: Uint8Array, mark: Mark): void {
    const message = this.#message(byClient);
    message.first ??= mark;
    message.last = mark;
    message.bytes += bytes.length;
    this.#frames[byClient ? 0 : 1].data(bytes, mark);
  }

  gap(byClient: boolean, missingBytes: number): void {
    this.#reasons.add("missingSegments");
    this.#message(byClient).bytes += missingBytes;
    this.#frames[byClient ? 0 : 1].gap(missingBytes);
  }

  end(byClient: boolean, mark: Mark, resetCode: number | undefined): void {
    const message = this.#message(byClient);
    message.isOver = true;
    if (resetCode !== undefined) this.#reset ??= { code: resetCode, byClient };
    // The end may come in a packet of its own.
    else if (message.last !== undefined) message.last = mark;
  }

  /** A field section waits for the encoder stream. */
  block(byClient: boolean): void {
    this.#message(byClient).blocked += 1;
  }

  unblock(byClient: boolean): void {
    this.#message(byClient).blocked -= 1;
  }

  /** What a field section says. */
  section(byClient: boolean, section: FieldSection, last: Mark): void {
    if (section.hasUnknown) this.#reasons.add("notDecoded");
    const head = headOf(section);
    const message = this.#message(byClient);
    if (head.kind === "request" && byClient && this.#request === undefined) {
      this.#request = head.request;
      message.begin(head.request.headers, this.#applications, last);
    } else if (head.kind === "response" && !byClient && this.#response === undefined)
      this.#respond(head.response, last);
    else if (head.kind === "trailers") message.trailers = head.headers;
  }

  /** True once nothing more can come: both sides are over, and all that they said is known. */
  get isComplete(): boolean {
    return this.#messages.every(({ isOver, blocked }) => isOver && blocked === 0);
  }

  /** The exchange as far as it came. `cutBy`: what ended it, where it did not end by itself. */
  exchange(cutBy: HttpExchange["cutBy"], reasons: readonly GradeReason[] = []): HttpExchange {
    const [request, response] = this.#messages;
    const reset = this.#reset;
    const resetCode = reset && http3ErrorName(reset.code);
    return {
      version: "3",
      request: this.#request,
      response: this.#response,
      requestPassage: request.passage,
      responsePassage: response.passage,
      cutBy: reset !== undefined ? "reset" : response.isOver ? undefined : cutBy,
      resetCode,
      gradeReasons: [...this.#reasons, ...reasons],
      attributes: {
        "weir.http3.stream_id": String(this.id),
        ...this.#interim?.take(),
        ...(resetCode !== undefined && {
          "weir.http3.error_code": resetCode,
          "weir.http3.reset_by": reset?.byClient === true ? "client" : "server",
        }),
      },
    };
  }

  #respond(response: HttpResponse, last: Mark): void {
    const { statusCode } = response;
    if (statusCode !== undefined && statusCode >= 100 && statusCode < 200) {
      this.#interim ??= new Interim();
      this.#interim.add(statusCode, last, this.#message(true).headLast);
      return;
    }
    this.#response = response;
    this.#message(false).begin(response.headers, this.#applications, last);
  }

  #message(byClient: boolean): Message {
    return this.#messages[byClient ? 0 : 1];
  }

  #newFrames(byClient: boolean, onSection: SectionHandler): FrameStream {
    const message = this.#message(byClient);
    return new FrameStream({
      frame: (_type, payload, last) => onSection(this, byClient, payload, last),
      body(bytes) {
        message.body.add(bytes);
        message.observer?.data(bytes);
      },
      bodyGap(missingBytes) {
        message.body.skip(missingBytes);
        message.observer?.gap(missingBytes);
      },
      lost: (because) => this.#reasons.add(because),
    });
  }
}

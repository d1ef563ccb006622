import type { Mark } from "@weir/base";
import type { GradeReason } from "@weir/model";
import type { CallDraft } from "../../call-draft.ts";
import type { BodyCollector } from "./body-collector.ts";
import type { Header } from "./headers.ts";

/** The request of an exchange, in whichever version of HTTP it went over the wire. */
export interface HttpRequest {
  /** Absent where it was said in a header table's entry from before the capture. */
  readonly method: string | undefined;
  /** As it stood on the wire, in any form of RFC 9112 §3.2; HTTP/2 and 3: `:path`. Absent as the method. */
  readonly target: string | undefined;
  readonly authority: string | undefined;
  readonly headers: readonly Header[];
}

/** The response of an exchange: the final one, not what announced it. */
export interface HttpResponse {
  /** Absent where it was said in a header table's entry from before the capture. */
  readonly statusCode: number | undefined;
  readonly headers: readonly Header[];
}

/** One side's message as it passed: when, how many bytes, and the beginning of its body. */
export interface HttpPassage {
  readonly first: Mark;
  readonly last: Mark;
  /** Head, body and framing as transferred. */
  readonly bytes: number;
  readonly body: BodyCollector;
  /** Fields behind the body: chunked trailers, a second HEADERS frame. */
  readonly trailers: readonly Header[];
  /** What an application saw of the body; absent where none wanted to. */
  readonly observer?: BodyObserver | undefined;
}

/** Sees a body as it passes, without its framing, whole and of any length; keeps of it what its application needs, within limits. */
export interface BodyObserver {
  /** Borrowed. */
  data(bytes: Uint8Array): void;
  /** `missingBytes` of it will not come. */
  gap(missingBytes: number): void;
}

/** A request that another protocol answers: of an upgrade to HTTP/2, whose stream 1 it is (RFC 7540 §3.2). */
export interface CarriedRequest {
  readonly request: HttpRequest;
  readonly passage: HttpPassage;
}

/**
 * A request with its response in terms of RFC 9110, the same for HTTP/1, HTTP/2 and HTTP/3. Each half may be absent: not captured, or never sent.
 * Where bytes passed whose head is not known, there is a passage without a head.
 */
export interface HttpExchange {
  /** `1.0`, `1.1`, `2`, `3`. */
  readonly version: string | undefined;
  readonly request: HttpRequest | undefined;
  readonly response: HttpResponse | undefined;
  readonly requestPassage: HttpPassage | undefined;
  readonly responsePassage: HttpPassage | undefined;
  /** How it ended where the response did not come to its end; absent where all is there. */
  readonly cutBy: "reset" | "fin" | "idle" | "captureEnd" | undefined;
  /** When the client gave it up; absent where it did not, and in HTTP/1. */
  readonly cutAt?: Mark | undefined;
  /** Name of the error code with which one side gave the exchange up; HTTP/1 has none. */
  readonly resetCode?: string | undefined;
  readonly gradeReasons: readonly GradeReason[];
  /** The version's own attributes: stream number, error code of a reset. */
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * A protocol that HTTP carries (gRPC, GraphQL, JSON-RPC, SOAP …): says whether an exchange is its own, and what the call is then.
 * It lives in a folder of its own and stands in `http-applications.ts`.
 */
export interface HttpApplication {
  readonly id: string;
  /** Who is to see a message's body, by its head; undefined where the message is not of this protocol, or its body tells nothing. */
  observe?(headers: readonly Header[]): BodyObserver | undefined;
  /** The call in this protocol's terms, made of `draft` (the call in HTTP's terms); undefined where the exchange is not of this protocol. */
  refine(exchange: HttpExchange, draft: CallDraft): CallDraft | undefined;
}

/** What an exchange has of its version's own where it has nothing. */
export const NO_ATTRIBUTES: HttpExchange["attributes"] = {};

/** Who sees the body of a message with these headers: the first application that wants to. */
export function observerOf(
  headers: readonly Header[],
  applications: readonly HttpApplication[],
): BodyObserver | undefined {
  for (const application of applications) {
    const observer = application.observe?.(headers);
    if (observer !== undefined) return observer;
  }
  return undefined;
}

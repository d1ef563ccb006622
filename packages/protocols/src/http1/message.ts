import type { Mark } from "@weir/base";
import type { BodyCollector } from "../common/http/body-collector.ts";
import type { BodyObserver } from "../common/http/exchange.ts";
import type { Header } from "../common/http/headers.ts";
import type { BodyLength } from "./body.ts";
import type { Head } from "./head.ts";

/** One message as it went over the wire. */
export interface Message {
  readonly head: Head;
  readonly body: BodyCollector;
  readonly observer: BodyObserver | undefined;
  readonly first: Mark;
  /** Where its head ended. */
  readonly headLast: Mark;
  last: Mark;
  /** Head and body with its framing. */
  bytes: number;
  /** Fields behind a chunked body. */
  trailers: readonly Header[];
  /** True where bytes of it are missing. */
  hasGap: boolean;
  /** True where bytes before it are missing or unreadable: whole messages may be. */
  readonly followsHole: boolean;
}

/** What the session decides for the parser. */
export interface MessageHandler {
  /** A head is there: how long is its body, or `tunnel` where what follows is no HTTP any more. */
  head(message: Message): BodyLength | { readonly kind: "tunnel" };
  /** True where the request that is answered next is one of HTTP/0.9. */
  isSimplyAnswered(): boolean;
  /** Who wants to see the body of a message with these headers. */
  observerOf(headers: readonly Header[]): BodyObserver | undefined;
  /** The message is complete. */
  complete(message: Message): void;
  violation(code: string, mark: Mark): void;
}

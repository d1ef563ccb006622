import { WeirError } from "@weir/base";
import { TooManyRequests } from "../doors/caller-limits.ts";
import type { TurnedAway } from "./counts.ts";

/** How a request failed, before it is said in a protocol's own words. */
export interface RequestFailure {
  readonly reason: TurnedAway | "bug";
  readonly message: string;
  /** Where it passes with time: when to try again. */
  readonly retryAfterSeconds?: number;
}

/** A failure of the request's form: its bytes mean nothing in its protocol, it is too long, it is compressed in an unknown way. */
export class BadRequest extends Error {
  readonly reason: "malformed" | "tooLarge" | "unsupported";

  constructor(reason: BadRequest["reason"], message: string) {
    super(message);
    this.reason = reason;
  }
}

const RETRY_AFTER_BUSY_SECONDS = 5;
const RETRY_AFTER_LATE_SECONDS = 2;

/** What a failed request is answered with; our own bugs say so and nothing else. */
export function requestFailure(error: unknown): RequestFailure {
  if (error instanceof BadRequest) return { reason: error.reason, message: error.message };
  if (error instanceof WeirError) {
    const message = `${error.message}. ${error.hint}`;
    if (error.code === "UNAUTHENTICATED") return { reason: "unauthenticated", message };
    if (error.code === "FORBIDDEN") return { reason: "forbidden", message };
    if (error instanceof TooManyRequests)
      return { reason: "busy", message, retryAfterSeconds: error.retryAfterSeconds };
    return error.code === "BUSY"
      ? { reason: "busy", message, retryAfterSeconds: RETRY_AFTER_BUSY_SECONDS }
      : { reason: "notAcknowledged", message, retryAfterSeconds: RETRY_AFTER_LATE_SECONDS };
  }
  return { reason: "bug", message: "this is a bug in weir; the hub's log has the details" };
}

/** What a request is turned away with while too much waits for the store. */
export function busy(): WeirError {
  return new WeirError("BUSY", "more waits for the store than a hub holds", "Send it again in a few seconds");
}

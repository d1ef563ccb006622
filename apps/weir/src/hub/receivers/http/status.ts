import type { RequestFailure } from "../failure.ts";

/** HTTP's status of a failed request. */
export function httpStatus(reason: RequestFailure["reason"]): number {
  switch (reason) {
    case "malformed":
      return 400;
    case "tooLarge":
      return 413;
    case "unsupported":
      return 415;
    case "unauthenticated":
      return 401;
    case "forbidden":
      return 403;
    case "busy":
      return 429;
    case "notAcknowledged":
      return 503;
    case "bug":
      return 500;
    default:
      return reason satisfies never;
  }
}

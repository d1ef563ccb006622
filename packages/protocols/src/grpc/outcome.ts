import type { CallStatus } from "@weir/model";
import type { CallDraft } from "../call-draft.ts";
import type { HttpExchange } from "../common/http/exchange.ts";
import { type Header, headerOf } from "../common/http/headers.ts";
import { callStatusOf, decodeStatusMessage, statusName, statusOfHttp, statusOfReset, timeoutNsOf } from "./status.ts";

/** How a call ended, and how that is known. */
export interface Outcome {
  readonly status: CallStatus;
  /** Name of the gRPC status; empty where there is none. */
  readonly statusCode: string;
  readonly source: "trailers" | "http" | "reset" | "deadline" | undefined;
  readonly message: string | undefined;
}

/** A client that gives up this close to its deadline does so because of it: both clocks began at about the same time. */
const DEADLINE_RATIO = 0.95;
const MAX_MESSAGE_CHARS = 512;

/** What trailers say; else what clients make of the reset, or of the HTTP status, in their place. */
export function outcomeOf(exchange: HttpExchange, draft: CallDraft, trailers: readonly Header[]): Outcome {
  const number = headerOf(trailers, "grpc-status");
  if (number !== undefined) return toldBy(statusName(number.trim()), headerOf(trailers, "grpc-message") ?? "");
  if (hasRunOut(exchange, draft)) return outcome("DEADLINE_EXCEEDED", "deadline");
  const { resetCode, response, cutBy } = exchange;
  if (resetCode !== undefined) {
    const told = outcome(statusOfReset(resetCode), "reset");
    return cutBy === undefined ? told : { ...told, status: "aborted" };
  }
  if (response?.statusCode !== undefined && response.statusCode !== 200 && cutBy === undefined)
    return outcome(statusOfHttp(response.statusCode), "http");
  // Without any of these the end is not there to be seen, or the server has kept it back.
  return {
    status: draft.status === "ok" ? "unknown" : draft.status,
    statusCode: "",
    source: undefined,
    message: undefined,
  };
}

function toldBy(name: string, message: string): Outcome {
  // Some servers say OK in words, too.
  if (name === "OK" || message === "") return outcome(name, "trailers");
  return { ...outcome(name, "trailers"), message: decodeStatusMessage(message).slice(0, MAX_MESSAGE_CHARS) };
}

function outcome(statusCode: string, source: Outcome["source"]): Outcome {
  return { status: callStatusOf(statusCode), statusCode, source, message: undefined };
}

/** True where the client gave the call up when the time that it had allowed was over. */
function hasRunOut({ cutAt, resetCode, request }: HttpExchange, { requestFirst }: CallDraft): boolean {
  if (cutAt === undefined || resetCode !== "CANCEL" || request === undefined) return false;
  const timeoutNs = timeoutNsOf(headerOf(request.headers, "grpc-timeout") ?? "");
  return timeoutNs !== undefined && cutAt.atNs - requestFirst.atNs >= DEADLINE_RATIO * timeoutNs;
}

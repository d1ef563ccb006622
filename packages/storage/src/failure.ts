import { ClickHouseError } from "@clickhouse/client";
import { WeirError, type WeirErrorCode } from "@weir/base";

/** A refusal of the engine's as one of the world's failures. */
interface Refusal {
  readonly is: (error: ClickHouseError) => boolean;
  readonly code: WeirErrorCode;
  readonly message: (error: ClickHouseError) => string;
  readonly hint: string;
}

const ofType =
  (...types: readonly string[]) =>
  ({ type }: ClickHouseError) =>
    types.includes(type ?? "");

/** The first that fits is the one. */
const REFUSALS: readonly Refusal[] = [
  {
    is: (error) => ofType("NOT_ENOUGH_SPACE")(error) || error.message.includes("No space left"),
    code: "STORAGE_FULL",
    message: () => "the disk under the store is full",
    hint: "Free some space; what was acknowledged is kept, the import goes on by itself",
  },
  {
    // The memory of all queries together; that of one alone is a limit, below.
    is: (error) =>
      ofType("TOO_MANY_SIMULTANEOUS_QUERIES", "TOO_MANY_PARTS")(error) ||
      /\(total\) memory limit exceeded/i.test(error.message),
    code: "STORAGE_OVERLOADED",
    message: () => "the store has too much to do, or too little memory, at this moment",
    hint: "Try again shortly; where it persists, give the machine more memory or ask fewer questions at a time",
  },
  {
    is: ofType("TIMEOUT_EXCEEDED", "MEMORY_LIMIT_EXCEEDED"),
    code: "LIMIT_REACHED",
    message: () => "the question needs more time or memory than one question may have",
    hint: "Ask for one capture or a narrower filter",
  },
  {
    is: ofType("AUTHENTICATION_FAILED"),
    code: "CONFIG_INVALID",
    message: ({ message }) => {
      const user = /^(\S+): Authentication failed/.exec(message)?.[1] ?? "";
      return `the ClickHouse server refuses the user ${user} or its password`;
    },
    hint: "Give both in the URL, or as WEIR_CLICKHOUSE_USER and WEIR_CLICKHOUSE_PASSWORD",
  },
  {
    // What a host of a cluster says when it does not reach another one, or only the other's end.
    is: ofType(
      "ALL_CONNECTION_TRIES_FAILED",
      "ALL_REPLICAS_LOST",
      "ATTEMPT_TO_READ_AFTER_EOF",
      "NETWORK_ERROR",
      "SOCKET_TIMEOUT",
    ),
    code: "STORAGE_UNREACHABLE",
    message: ({ message }) => {
      const host = /\(([\w.:[\]-]+:\d+)/.exec(message)?.[1];
      return `a shard of the cluster does not answer${host === undefined ? "" : `: ${host}`}`;
    },
    hint: "Nothing is answered from the other shards alone, as numbers would be too small without a word; start it again",
  },
  {
    is: ({ message }) => message.includes("shutting down"),
    code: "STORAGE_UNREACHABLE",
    message: () => "the store does not answer: it is stopping",
    hint: "An embedded one is started again by itself; a server of your own has to be started",
  },
];

/** The store's failure as one of the world's; a query of ours that it does not understand stays what it is. */
export function storageFailure(error: unknown): Error {
  if (error instanceof WeirError) return error;
  if (error instanceof ClickHouseError) {
    const refusal = REFUSALS.find(({ is }) => is(error));
    return refusal === undefined
      ? error
      : new WeirError(refusal.code, refusal.message(error), refusal.hint, { cause: error });
  }
  return new WeirError(
    "STORAGE_UNREACHABLE",
    `the store does not answer: ${error instanceof Error ? error.message : String(error)}`,
    "An embedded one is started again by itself; with a server of your own, check that it runs and its address",
    { cause: error },
  );
}

import { upgradeWebSocket } from "@hono/node-server";
import { WeirError } from "@weir/base";
import type { QueryRunner } from "@weir/storage";
import type { Context } from "hono";
import type { WSContext } from "hono/ws";
import { parseLogql } from "./parse.ts";
import { periodOf } from "./period.ts";
import { StoredLines } from "./stored-lines.ts";
import { type TailListener, type TailOptions, tailLines } from "./tail.ts";

const DEFAULT_LINES = 100;
const MAX_LINES = 5_000;
/** Who listens at once: each asks the store once a second. */
const MAX_LISTENERS = 50;
/** WebSocket's code for what cannot be had now. */
const TRY_AGAIN_LATER = 1013;

/** Lines as they come, over a WebSocket (Loki's `/loki/api/v1/tail`), as Grafana's Explore shows them live. */
export class LokiTail {
  readonly #runner: QueryRunner;
  #listeners = 0;

  constructor(runner: QueryRunner) {
    this.#runner = runner;
  }

  /** Answers who wants to listen. Throws for what is asked wrongly, and BUSY where too many listen. */
  async answer(context: Context, parameters: URLSearchParams): Promise<Response> {
    const options = optionsOf(parameters);
    if (context.req.header("upgrade")?.toLowerCase() !== "websocket")
      return context.text("lines as they come are told over a WebSocket", 426);
    if (this.#listeners >= MAX_LISTENERS)
      throw new WeirError("BUSY", `${MAX_LISTENERS} listen already`, "Close one of them, or ask for query_range");
    const stop = new AbortController();
    return upgradeWebSocket(context, {
      onOpen: (_, socket) => {
        this.#listeners += 1;
        void this.#tail(options, socket, stop.signal).finally(() => {
          this.#listeners -= 1;
        });
      },
      onClose: () => stop.abort(),
      onError: () => stop.abort(),
    });
  }

  async #tail(options: TailOptions, socket: WSContext, signal: AbortSignal): Promise<void> {
    const listener: TailListener = {
      send: (message) => socket.send(JSON.stringify(message)),
      waitingBytes: () => (socket.raw as { readonly bufferedAmount?: number } | undefined)?.bufferedAmount ?? 0,
    };
    try {
      await tailLines(new StoredLines(this.#runner, signal), options, listener, signal);
    } catch (error) {
      // Nobody listens any more, and what was being read is not needed.
      if (signal.aborted) return;
      if (!(error instanceof WeirError)) throw error;
      socket.close(TRY_AGAIN_LATER, error.message.slice(0, 100));
    }
  }
}

function optionsOf(parameters: URLSearchParams): TailOptions {
  const query = parseLogql(parameters.get("query") ?? "");
  if (query.kind !== "lines")
    throw new WeirError("USAGE", "numbers are not told as they come", "Ask for lines: leave rate() and the like out");
  const limit = Number(parameters.get("limit") ?? DEFAULT_LINES);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LINES)
    throw new WeirError("USAGE", `limit is a whole number up to ${MAX_LINES}`, "Ask for fewer lines");
  return { selector: query.selector, startNs: periodOf(parameters).fromNs, limit };
}

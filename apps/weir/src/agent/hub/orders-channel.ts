import { setTimeout as sleep } from "node:timers/promises";
import type { AgentOrders } from "@weir/http-contract";
import type { HubClient } from "./hub-client.ts";

/** After the hub did not answer, and after an offer that was refused, the next question waits so long. */
const PAUSE_MS = 1_000;

/** What takes orders. */
export interface OrdersTaker {
  /** Names the configuration that was offered last. */
  readonly have: () => string;
  /** Does what the hub wants. False where that was refused. */
  readonly take: (orders: AgentOrders) => boolean;
}

/** One question to the hub that is always open: it answers when it wants something, so that orders come at once though nobody can call an agent. */
export class OrdersChannel {
  readonly #client: HubClient;
  readonly #taker: OrdersTaker;
  readonly #stopped = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(client: HubClient, taker: OrdersTaker) {
    this.#client = client;
    this.#taker = taker;
  }

  start(): void {
    this.#running = this.#run(this.#stopped.signal);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const orders = await this.#client.orders(this.#taker.have(), signal);
      const isFine = orders !== undefined && !signal.aborted && this.#taker.take(orders);
      if (!isFine) await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

import type { ExportCounts } from "../counts.ts";
import { type Clock, deliver } from "./patience.ts";
import type { SentSignal, Transport } from "./transport.ts";

/** What waits at most of one signal, as it travels; what comes then is lost, and counted. */
const MAX_BYTES = 8 << 20;

interface Waiting {
  readonly items: number;
  readonly body: Uint8Array<ArrayBuffer>;
}

export interface SendQueueOptions {
  readonly signal: SentSignal;
  readonly transport: Transport;
  readonly counts: ExportCounts;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

/** Requests of one signal on their way out, one after the other. */
export class SendQueue {
  readonly #options: SendQueueOptions;
  readonly #waiting: Waiting[] = [];
  #bytes = 0;
  #running: Promise<void> | undefined;
  #isStopped = false;

  constructor(options: SendQueueOptions) {
    this.#options = options;
  }

  /** Takes an encoded request of so many items. */
  add(items: number, encoded: Uint8Array<ArrayBuffer>): void {
    const { transport, counts } = this.#options;
    const body = transport.prepare(encoded);
    if (this.#isStopped || this.#bytes + body.length > MAX_BYTES) {
      counts.dropped("queueFull", items, `${this.#waiting.length} requests wait already`, Date.now());
      return;
    }
    this.#waiting.push({ items, body });
    this.#bytes += body.length;
    counts.waiting += items;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  /** Waits until everything is taken, for so long at most; what waits then is lost, and counted. */
  async stop(patience: Promise<unknown>): Promise<void> {
    await Promise.race([this.#running, patience]);
    this.#isStopped = true;
    const items = this.#waiting.reduce((sum, waiting) => sum + waiting.items, 0);
    this.#options.counts.dropped("stopped", items, "the program ended", Date.now());
    this.#options.counts.waiting -= items;
    this.#waiting.splice(0);
  }

  async #run(): Promise<void> {
    for (let [next] = this.#waiting; next !== undefined; [next] = this.#waiting) {
      await this.#send(next);
      // It may have been given up in the meantime, by the program's end.
      if (this.#waiting[0] !== next) return;
      this.#waiting.shift();
      this.#bytes -= next.body.length;
      this.#options.counts.waiting -= next.items;
    }
  }

  async #send({ items, body }: Waiting): Promise<void> {
    const { signal, transport, counts, clock } = this.#options;
    const outcome = await deliver(
      () => transport.send(signal, body),
      clock,
      (why) => this.#tell(why),
    );
    if (this.#isStopped) return;
    switch (outcome.kind) {
      case "taken":
        counts.sent(items - outcome.rejected);
        counts.dropped("rejected", outcome.rejected, outcome.message, Date.now());
        this.#tell("");
        break;
      case "refused":
        counts.dropped("refused", items, outcome.why, Date.now());
        this.#tell(outcome.why);
        break;
      case "later":
        counts.dropped("gaveUp", items, outcome.why, Date.now());
        break;
      default:
        outcome satisfies never;
    }
  }

  /** Says once that nothing is taken, and once that it is again. */
  #tell(problem: string): void {
    const { signal, transport, counts, log } = this.#options;
    if (!counts.problem(problem, Date.now())) return;
    log(`${transport.target} ${problem === "" ? `takes ${signal}` : `does not take ${signal}: ${problem}`}`);
  }
}

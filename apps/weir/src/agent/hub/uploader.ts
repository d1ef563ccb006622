import { setTimeout as sleep } from "node:timers/promises";
import type { Batch } from "./batcher.ts";
import type { HubClient, Outcome } from "./hub-client.ts";
import type { Spool, SpooledBatch } from "./spool.ts";

/** Batches that wait in memory at most while the hub takes them; more go to disk. */
const MAX_MEMORY_BYTES = 16 << 20;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/** A batch that waits in memory, since then. */
interface Waiting {
  readonly batch: Batch;
  readonly sinceMs: number;
}

/**
 * Brings batches to the hub, the oldest first, one after the other. A batch leaves when the hub has acknowledged it; while the hub does not take any they wait on disk,
 * and are sent again under the same tokens.
 */
export class Uploader {
  readonly #client: Pick<HubClient, "send">;
  readonly #spool: Spool;
  readonly #log: (line: string) => void;
  readonly #pause: (ms: number) => Promise<unknown>;
  #memory: Waiting[] = [];
  #memoryBytes = 0;
  #isStopping = false;
  #wake: () => void = () => undefined;
  #running: Promise<void> | undefined;
  #problem = "";
  /** Records that the hub refused: their batches were wrong. */
  refusedRecords = 0;

  /** `pause` waits before a further attempt: given, so that tests need not. */
  constructor(
    client: Pick<HubClient, "send">,
    spool: Spool,
    log: (line: string) => void,
    pause: (ms: number) => Promise<unknown> = (ms) => sleep(ms, undefined, { ref: false }),
  ) {
    this.#pause = pause;
    this.#client = client;
    this.#spool = spool;
    this.#log = log;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Takes a batch to send. */
  add(batch: Batch): void {
    const nowMs = Date.now();
    const fits = this.#memoryBytes + batch.bytes.length <= MAX_MEMORY_BYTES;
    if (this.#problem === "" && fits && !this.#isStopping) {
      this.#memory.push({ batch, sinceMs: nowMs });
      this.#memoryBytes += batch.bytes.length;
    } else this.#spool.add(batch, nowMs);
    this.#wake();
  }

  /** What waits, in memory and on disk. */
  waiting(nowMs: number): { batches: number; bytes: number; droppedRecords: number; oldestMs: number } {
    const since = this.#spool.oldest?.sinceMs ?? this.#memory[0]?.sinceMs ?? nowMs;
    return {
      batches: this.#memory.length + this.#spool.length,
      bytes: this.#memoryBytes + this.#spool.bytes,
      droppedRecords: this.#spool.droppedRecords + this.refusedRecords,
      oldestMs: Math.max(0, nowMs - since),
    };
  }

  /** Sends what waits for so long at most; what is left then is on disk for the next run. */
  async stop(patienceMs: number): Promise<void> {
    this.#isStopping = true;
    this.#wake();
    await Promise.race([this.#running, sleep(patienceMs, undefined, { ref: false })]);
    this.#toDisk();
  }

  async #run(): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    for (;;) {
      const outcome = await this.#sendNext();
      if (outcome === undefined) {
        if (this.#isStopping && this.#isEmpty) return;
        await this.#untilAdded();
      } else if (outcome.kind === "later") {
        this.#tell(outcome.why);
        this.#toDisk();
        if (this.#isStopping) return;
        await this.#pause(pauseMs);
        pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      } else {
        this.#tell("");
        pauseMs = FIRST_PAUSE_MS;
      }
    }
  }

  /** Sends the oldest batch; undefined where none waits. */
  async #sendNext(): Promise<Outcome | undefined> {
    const spooled = this.#spool.oldest;
    if (spooled !== undefined) return this.#sendSpooled(spooled);
    const [next] = this.#memory;
    if (next === undefined) return undefined;
    const outcome = await this.#client.send(next.batch, next.batch.bytes);
    if (outcome.kind === "later") return outcome;
    this.#refuse(outcome, next.batch.records);
    this.#memory = this.#memory.filter((each) => each !== next);
    this.#memoryBytes -= next.batch.bytes.length;
    return outcome;
  }

  async #sendSpooled(batch: SpooledBatch): Promise<Outcome> {
    const outcome = await this.#client.send(batch, this.#spool.read(batch));
    if (outcome.kind === "later") return outcome;
    this.#refuse(outcome, batch.records);
    this.#spool.remove(batch);
    return outcome;
  }

  #refuse(outcome: Outcome, records: number): void {
    if (outcome.kind !== "refused") return;
    this.refusedRecords += records;
    this.#log(`${records} records are lost: ${outcome.why}`);
  }

  #toDisk(): void {
    for (const { batch, sinceMs } of this.#memory.splice(0)) this.#spool.add(batch, sinceMs);
    this.#memoryBytes = 0;
  }

  /** Says once what keeps records from the hub, and once that it is over. */
  #tell(problem: string): void {
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.#log(problem === "" ? "the hub takes records" : `${problem}; records wait on disk`);
  }

  #untilAdded(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      // It may have come while the last one was on its way.
      if (!this.#isEmpty || this.#isStopping) resolve();
    });
  }

  get #isEmpty(): boolean {
    return this.#memory.length + this.#spool.length === 0;
  }
}

import { randomInt } from "node:crypto";
import type { AddressName } from "@weir/identity";
import type { Capture } from "@weir/model";
import { type CaptureListener, runCapture } from "../capture-worker.ts";
import type { AgentCommand, AgentOrder, CaptureStatus } from "../messages.ts";
import { mergedCapture, mergedStatus } from "./merged.ts";
import { SharedRecords } from "./shared-records.ts";

const TICK_MS = 1_000;
/** Records of packets on their way through rings and workers are no older than that. */
const BEHIND_NS = 2_000_000_000n;
/** Groups of rings that share packets have numbers of 16 bits, of which a host's programs choose. */
const GROUPS = 2 ** 16;

/** One of several workers, as its listener sees it. */
interface Part {
  say(command: AgentCommand): void;
  names(names: readonly AddressName[]): void;
  status?: CaptureStatus;
  capture?: Capture;
}

/**
 * Runs several capture workers that share the packets: the kernel gives all packets of a conversation to the same one. To the listener they are one. They
 * begin one after the other, so that a conversation that is seen on several interfaces is the same worker's everywhere.
 */
export async function runShared(
  entry: URL,
  order: AgentOrder,
  workers: number,
  listener: CaptureListener,
  signal: AbortSignal,
): Promise<void> {
  const shared = new SharedCapture(order, listener);
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const running: Promise<void>[] = [];
  // Another agent on the same interface would take a part of the packets if it had the same: whose process has the same id, in another container, has not.
  const group = randomInt(GROUPS - order.vantages.length);
  for (let index = 0; index < workers; index += 1) {
    const share = { index, count: workers, group };
    const isReady = new Promise<void>((ready) => {
      running.push(runCapture(entry, { ...order, share }, shared.listenerOf(ready), either));
    });
    running.at(-1)?.catch(() => failed.abort());
    // One that fails does not become ready.
    await Promise.race([isReady, ...running]);
  }
  await shared.watch(running);
}

/** What several workers say, joined for one listener. */
class SharedCapture {
  readonly #listener: CaptureListener;
  readonly #records: SharedRecords;
  readonly #parts: Part[] = [];
  #unflushed = 0;

  constructor({ captureId, config }: AgentOrder, listener: CaptureListener) {
    this.#listener = listener;
    this.#records = new SharedRecords(captureId, config);
  }

  listenerOf(ready: () => void): CaptureListener {
    const part: Part = { say: () => undefined, names: () => undefined };
    this.#parts.push(part);
    const listener = this.#listener;
    return {
      ready(say) {
        part.say = say;
        ready();
      },
      records: (records) => {
        // Its last word on its part of the capture comes with its last records.
        for (const live of records) if (live.kind === "capture") part.capture = live.record;
        return listener.records(this.#records.judged(records));
      },
      status: (status, capture) => {
        part.status = status;
        part.capture = capture;
        this.#tellStatus();
      },
      onNames(tell) {
        part.names = tell;
      },
      learned: (names) => {
        for (const other of this.#parts) if (other !== part) other.names(names);
      },
      segment: (segment) => listener.segment(segment),
      historyFlushed: () => {
        this.#unflushed -= 1;
        if (this.#unflushed === 0) listener.historyFlushed();
      },
    };
  }

  /** All watch: until they end, and through what is told only then. */
  async watch(running: readonly Promise<void>[]): Promise<void> {
    this.#listener.ready((command) => this.#say(command));
    this.#listener.onNames?.((names) => {
      for (const part of this.#parts) part.names(names);
    });
    const ticking = setInterval(() => {
      const records = this.#records.tick(BigInt(Date.now()) * 1_000_000n - BEHIND_NS);
      if (records.length > 0) void this.#listener.records(records);
    }, TICK_MS);
    try {
      await Promise.all(running);
    } finally {
      clearInterval(ticking);
    }
    const rest = this.#records.finish((counts) => {
      const [first, ...others] = this.#parts.flatMap(({ capture }) => capture ?? []);
      return first && mergedCapture([first, ...others], counts);
    });
    await this.#listener.records(rest);
  }

  #say(command: AgentCommand): void {
    if (command.kind === "flushHistory") this.#unflushed = this.#parts.length;
    for (const part of this.#parts) part.say(command);
  }

  #tellStatus(): void {
    const { counts } = this.#records;
    const [status, ...statuses] = this.#parts.flatMap((part) => part.status ?? []);
    const [capture, ...captures] = this.#parts.flatMap((part) => part.capture ?? []);
    if (status === undefined || capture === undefined) return;
    this.#listener.status(mergedStatus([status, ...statuses], counts), mergedCapture([capture, ...captures], counts));
  }
}

import { ensure } from "@weir/base";
import { captureProgram, type FrameHandler, RingReader } from "@weir/capture";
import type { Call, Capture } from "@weir/model";
import type { Packet } from "@weir/wire";
import { withoutBodies } from "./bodies.ts";
import type { KeptEnds } from "./control/kept-edges.ts";
import type { HistoryWriter } from "./history/history-writer.ts";
import { LiveEngine } from "./live-engine.ts";
import type { LiveSink } from "./live-judge.ts";
import type { AgentOrder, CaptureSettings, CaptureStatus, LearnedName, PlainText } from "./messages.ts";
import type { RecordQueue } from "./record-queue.ts";
import { canSeeTwice, SeenVantages } from "./seen-vantages.ts";
import { Shedding } from "./shedding.ts";

/** Many small blocks: each is handed over after a while, full or not, so that a ring of few would be full after a moment without us, however little is in it. */
const BLOCK_BYTES = 1 << 18;
/** A block that is not full is handed over after so long: live records are no later than that. */
const RETIRE_MS = 20;
/** How long one wait for packets blocks the thread, unless the bell rings. */
const WAIT_MS = 250;
const STATUS_EVERY_MS = 1_000;

/** Reads rings into an engine: the work of the capture worker, apart from its messages. */
export class CaptureLoop {
  readonly #rings: RingReader;
  readonly #engine: LiveEngine;
  readonly #queue: RecordQueue;
  readonly #shedding = new Shedding();
  readonly #history: HistoryWriter | undefined;
  #frame: Parameters<FrameHandler>[0] | undefined;
  readonly #onFrame: FrameHandler = (frame, ring) => {
    this.#frame = frame;
    this.#engine.frame(frame, this.#vantages.numberOf(ring, frame.interfaceIndex));
  };
  readonly #vantages: SeenVantages;
  readonly #own: AgentOrder["own"];
  /** The filter that is attached, as text. */
  #program: string;
  #awaitsPlainText: boolean;
  #keepsBodies: boolean;
  #counts: ReturnType<RingReader["counts"]> = [];
  #drops = 0;
  #countedAt: bigint;
  #statusDueMs = 0;

  constructor(order: AgentOrder, queue: RecordQueue, history: HistoryWriter | undefined) {
    const { settings, own, vantages, ringBytes, isPromiscuous, share, bellFd } = order;
    const program = captureProgram({ ...settings, own });
    const blocks = Math.max(2, Math.floor(ringBytes / BLOCK_BYTES));
    const size = { blockBytes: BLOCK_BYTES, blocks, retireMs: RETIRE_MS };
    const groupOf = (ring: number) => (share === undefined ? undefined : share.group + ring);
    this.#rings = new RingReader(
      vantages.map((vantage, ring) => ({ vantage, program, size, isPromiscuous, group: groupOf(ring) })),
      bellFd,
    );
    this.#counts = this.#rings.counts();
    this.#vantages = new SeenVantages((ring, index) => this.#rings.describe(ring, index));
    this.#queue = queue;
    this.#history = history;
    this.#own = own;
    this.#program = JSON.stringify(program);
    this.#awaitsPlainText = order.awaitsPlainText;
    this.#keepsBodies = settings.keepsBodies;
    this.#countedAt = unixNsNow();
    this.#engine = new LiveEngine({
      ...order,
      vantages: canSeeTwice(vantages) ? this.#vantages : undefined,
      awaitsPlainText: () => this.#awaitsPlainText,
      keep: history === undefined ? undefined : (packet) => this.#keep(packet, history),
      sink: this.#sinkFor(order),
    });
    this.#engine.sample(settings.sampleOneOf, this.#countedAt);
  }

  /** Captures so from now on. What the filter lets through changes without a gap: the kernel exchanges it whole. */
  apply(settings: CaptureSettings, awaitsPlainText: boolean): void {
    const program = captureProgram({ ...settings, own: this.#own });
    const text = JSON.stringify(program);
    if (text !== this.#program) this.#rings.filter(program);
    this.#program = text;
    this.#awaitsPlainText = awaitsPlainText;
    this.#keepsBodies = settings.keepsBodies;
    this.#engine.sample(settings.sampleOneOf, unixNsNow());
  }

  /** Reads what these hosts say to each other whole from now on. */
  keepWhole(ends: readonly KeptEnds[]): void {
    this.#engine.keepWhole(ends, unixNsNow());
  }

  /** Waits for packets, at most a moment, and reads those that are there. The status comes back once a second. */
  turn(): CaptureStatus | undefined {
    this.#rings.read(WAIT_MS, this.#onFrame);
    this.#engine.deliverTexts(unixNsNow());
    const nowMs = Date.now();
    const isDue = nowMs >= this.#statusDueMs;
    const hasLost = isDue && this.#count();
    if (this.#shedding.observe(this.#rings.backlogRatio, hasLost, nowMs))
      this.#engine.shed(this.#shedding.level, unixNsNow());
    this.#queue.flush();
    if (!isDue) return undefined;
    this.#statusDueMs = nowMs + STATUS_EVERY_MS;
    this.#engine.tick(unixNsNow());
    this.#history?.tick(nowMs);
    return this.#status();
  }

  /** Names that the packets have told since they were asked for last. */
  learned(): readonly LearnedName[] {
    return this.#engine.learned();
  }

  /** Takes names of addresses. */
  learn(names: readonly LearnedName[]): void {
    this.#engine.learn(names);
  }

  /** Takes what processes wrote and read inside of TLS. */
  texts(texts: readonly PlainText[]): void {
    this.#engine.texts(texts);
  }

  /** Reads what is left in the rings, and closes what is open: the last records are in the queue then. */
  finish(): void {
    this.#rings.drain(this.#onFrame);
    this.#count();
    this.#rings.close();
    this.#engine.finish();
    this.#queue.add({ kind: "capture", record: this.capture() });
  }

  /** The capture that this run is, so far. */
  capture(): Capture {
    const interfaces = this.#counts.map(({ name }) => name);
    return this.#engine.capture(interfaces, this.#drops);
  }

  /** Records on their way to the queue, as far as somebody takes them. */
  #sinkFor({ wants, share }: AgentOrder): LiveSink {
    const queue = this.#queue;
    // Who judges the records of several workers compares bodies.
    const bare = (call: Call) => (this.#keepsBodies || share !== undefined ? call : withoutBodies(call));
    return {
      connection: (record) => queue.add({ kind: "connection", record, report: "end" }),
      ...(wants.reports
        ? { update: (record, report) => queue.add({ kind: "connection", record, report }) }
        : { open: (record) => queue.add({ kind: "open", record }) }),
      call: (record) => {
        if (wants.calls || share !== undefined) queue.add({ kind: "call", record: bare(record) });
      },
      retry: (record) => queue.add({ kind: "retry", record }),
      finding: (record) => queue.add({ kind: "finding", record }),
    };
  }

  #keep(packet: Packet, history: HistoryWriter): void {
    const { seconds, nanoseconds } = ensure(this.#frame, "a packet comes out of a frame");
    history.add(packet, this.#vantages.nameOf(packet.interfaceId), seconds, nanoseconds);
  }

  /** Asks the kernel for its counts. True where it has lost packets since it was asked last. */
  #count(): boolean {
    this.#counts = this.#rings.counts();
    const drops = this.#counts.reduce((sum, ring) => sum + ring.drops, 0);
    const hasLost = drops > this.#drops;
    this.#drops = drops;
    const now = unixNsNow();
    if (hasLost) this.#engine.noteLoss(this.#countedAt, now);
    this.#countedAt = now;
    return hasLost;
  }

  #status(): CaptureStatus {
    const { skipped, checksumPending, superFrames, open, heldBytes, copies, ...counts } = this.#engine.counts;
    const ringBacklogRatio = this.#rings.backlogRatio;
    return {
      workers: [{ packets: counts.packets, drops: this.#drops, ringBacklogRatio, shedding: this.#shedding.level }],
      rings: this.#counts,
      vantages: this.#vantages.counts(copies),
      ...counts,
      damagedPackets: this.#rings.damaged,
      skippedPackets: skipped,
      checksumPendingPackets: checksumPending,
      superFramePackets: superFrames,
      openConnections: open,
      engineBytes: heldBytes,
      ringBacklogRatio,
      shedding: { level: this.#shedding.level, steps: this.#shedding.steps },
      queue: { records: this.#queue.length, dropped: this.#queue.dropped },
      history: this.#history?.counts,
    };
  }
}

function unixNsNow(): bigint {
  return BigInt(Date.now()) * 1_000_000n;
}

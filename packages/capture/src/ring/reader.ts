import { ensure, WeirError } from "@weir/base";
import { loadNative, type Native } from "../ffi.ts";
import { PollSet } from "../poll-set.ts";
import { Frame } from "./frame.ts";
import { describeInterface, type SeenInterface } from "./interfaces.ts";
import { Ring, type RingOptions } from "./ring.ts";

/** Blocks that one reading takes of each ring at most, so that the thread comes to its other work. */
const BLOCKS_PER_READING = 64;

/** Beyond the time after which the kernel hands over a block that is not full: its timer is no finer. */
const HOLD_SLACK_MS = 15;
/** Between looks at packets that are held. */
const PAUSE_MS = 5;

/** Between looks for an interface that went down, under its name. */
const FOLLOW_EVERY_MS = 500;

/** What one ring has seen. */
export interface RingCounts {
  /** Interface, with its namespace where that is another one; `any` for all. */
  readonly name: string;
  /** Packets that passed the filter, with those that were dropped. */
  readonly packets: number;
  /** Of those, packets that found no room in the ring. */
  readonly drops: number;
  /** The interface went down, and nothing has come since. */
  readonly isDown: boolean;
}

/** Takes a frame; it is borrowed. `ring` is the number of its ring. */
export type FrameHandler = (frame: Frame, ring: number) => void;

/** A ring that is read beside others. */
interface Source {
  readonly ring: Ring;
  readonly index: number;
  isInBlock: boolean;
  blocksLeft: number;
  /** When its interface went down; undefined where it is up. */
  downAtMs: number | undefined;
}

/**
 * Reads several rings from one thread, their packets in order of time: a packet is held until no ring can have an older one in a block that the kernel has not
 * handed over yet.
 */
export class RingReader {
  readonly #native: Native;
  readonly #sources: Source[] = [];
  readonly #polled: PollSet;
  readonly #frame = new Frame();
  /** How long a packet of one ring waits for those of others. */
  readonly #holdMs: number;
  readonly #never = new Int32Array(new SharedArrayBuffer(4));
  #holdsPackets = false;
  #followAtMs = 0;
  /** Packets whose place in their block made no sense. */
  damaged = 0;

  /** `bellFd` is the number of a `Bell` that ends a wait. Opens all rings, or none: throws CAPTURE_UNAVAILABLE with what to do where one cannot be opened. */
  constructor(rings: readonly RingOptions[], bellFd?: number) {
    const native = loadNative();
    if (native instanceof Error)
      throw new WeirError(
        "CAPTURE_UNAVAILABLE",
        native.message,
        "Pipe packets in instead: tcpdump -w - | weir agent --read -",
      );
    this.#native = native;
    try {
      rings.forEach((options, index) => {
        const ring = new Ring(native, options);
        this.#sources.push({ ring, index, isInBlock: false, blocksLeft: 0, downAtMs: undefined });
      });
    } catch (error) {
      this.close();
      throw error;
    }
    this.#holdMs = Math.max(0, ...rings.map(({ size }) => size.retireMs)) + HOLD_SLACK_MS;
    this.#polled = new PollSet(
      native.libc,
      this.#sources.map(({ ring }) => ring.fd),
      bellFd,
    );
  }

  /** Waits for packets, at most so long, and hands over those that are there, each ring's blocks up to a bound. Blocks the thread while it waits. */
  read(timeoutMs: number, onFrame: FrameHandler): void {
    const sources = this.#sources;
    const isWaiting = sources.every(({ ring }) => ring.backlogRatio === 0);
    if (isWaiting && this.#polled.wait(timeoutMs)) this.#noteErrors();
    this.#follow();
    if (this.#holdsPackets) Atomics.wait(this.#never, 0, 0, PAUSE_MS);
    const [first] = sources;
    if (first !== undefined && sources.length === 1) this.#readOne(first, onFrame);
    else this.#readMerged(onFrame, Date.now() - this.#holdMs);
  }

  /** Hands over all that is there now, held or not: nothing more is read. */
  drain(onFrame: FrameHandler): void {
    this.#readMerged(onFrame, Number.POSITIVE_INFINITY);
  }

  /** The interface of that number on which one ring's packets were seen. */
  describe(ring: number, interfaceIndex: number): SeenInterface {
    const { vantage } = ensure(this.#sources[ring], "packets come from a ring").ring;
    const seen = describeInterface(this.#native, interfaceIndex, vantage.namespace);
    return vantage.namespace === undefined ? seen : { ...seen, name: `${seen.name}@${vantage.namespace}` };
  }

  /** Share of the fullest ring that waits to be read, 0 to 1. */
  get backlogRatio(): number {
    return Math.max(0, ...this.#sources.map(({ ring }) => ring.backlogRatio));
  }

  /** What each ring has seen so far. */
  counts(): RingCounts[] {
    return this.#sources.map(({ ring, downAtMs }) => {
      ring.count();
      const { packets, drops } = ring;
      return { name: vantageName(ring), packets, drops, isDown: downAtMs !== undefined };
    });
  }

  /** From now on all rings let other packets through. */
  filter(program: RingOptions["program"]): void {
    for (const { ring } of this.#sources) ring.filter(program);
  }

  close(): void {
    for (const { ring } of this.#sources.splice(0)) ring.close();
  }

  /** Always the oldest packet of those that the rings have next, as long as it came until then. */
  #readMerged(onFrame: FrameHandler, untilUnixMs: number): void {
    for (const source of this.#sources) {
      source.blocksLeft = BLOCKS_PER_READING;
      source.isInBlock ||= source.ring.enter();
    }
    this.#holdsPackets = false;
    for (let source = this.#oldest(); source !== undefined; source = this.#oldest()) {
      this.#holdsPackets = source.ring.cursor.unixMs > untilUnixMs;
      if (this.#holdsPackets) return;
      this.#take(source, onFrame);
      if (!source.ring.cursor.isAtPacket) this.#nextBlock(source);
    }
  }

  #readOne(source: Source, onFrame: FrameHandler): void {
    source.blocksLeft = BLOCKS_PER_READING;
    source.isInBlock = source.ring.enter();
    while (source.isInBlock) {
      while (source.ring.cursor.isAtPacket) this.#take(source, onFrame);
      this.#nextBlock(source);
    }
  }

  #nextBlock(source: Source): void {
    source.ring.leave();
    // What came before it went down is handed over after that.
    if (source.downAtMs !== undefined && Date.now() > source.downAtMs + this.#holdMs) source.downAtMs = undefined;
    source.blocksLeft -= 1;
    source.isInBlock = source.blocksLeft > 0 && source.ring.enter();
  }

  #oldest(): Source | undefined {
    let oldest: Source | undefined;
    for (const source of this.#sources)
      if (source.isInBlock && (oldest === undefined || source.ring.cursor.isBefore(oldest.ring.cursor)))
        oldest = source;
    return oldest;
  }

  #take({ ring, index }: Source, onFrame: FrameHandler): void {
    if (ring.cursor.take(this.#frame)) onFrame(this.#frame, index);
    else this.damaged += 1;
  }

  /** An interface that went down says so as an error of its socket; it may come up again. */
  #noteErrors(): void {
    for (const source of this.#sources) if (source.ring.takeError() !== 0) source.downAtMs = Date.now();
  }

  /** One that is gone for good may come back under the same name, as another one. */
  #follow(): void {
    if (this.#sources.every(({ downAtMs }) => downAtMs === undefined) || Date.now() < this.#followAtMs) return;
    this.#followAtMs = Date.now() + FOLLOW_EVERY_MS;
    for (const { ring, downAtMs } of this.#sources) if (downAtMs !== undefined) ring.follow();
  }
}

function vantageName({ vantage }: Ring): string {
  const name = vantage.interface ?? "any";
  return vantage.namespace === undefined ? name : `${name}@${vantage.namespace}`;
}

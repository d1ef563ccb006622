import { WeirError } from "@weir/base";
import { errnoName, type Native } from "../ffi.ts";
import { assemble } from "../filter/assemble.ts";
import type { Instruction } from "../filter/instruction.ts";
import { BlockCursor } from "./block.ts";
import { Block, BlockStatus } from "./layout.ts";
import { inNamespace } from "./namespace.ts";
import { PacketSocket, type RingSize } from "./socket.ts";

const READ_WRITE = 3;
const SHARED = 1;
const FAILED = 0xffff_ffff_ffff_ffffn;

/** The filter that takes no packet. */
const NOTHING = assemble([{ op: "return", k: 0 }]);

/** What a ring listens to. */
export interface Vantage {
  /** Name of the interface; undefined for all of them. */
  readonly interface: string | undefined;
  /** Network namespace that it is in, by name or path; our own where undefined. */
  readonly namespace: string | undefined;
}

export interface RingOptions {
  readonly vantage: Vantage;
  readonly program: readonly Instruction[];
  readonly size: RingSize;
  readonly isPromiscuous: boolean;
  /** Shares the packets with the rings that say the same number (16 bits) and listen to the same; absent where it has them all. */
  readonly group?: number | undefined;
}

/**
 * One ring of packets that the kernel fills and we read in place, block by block. Whoever reads it does so from one thread, and gives back each block
 * when its packets are used.
 */
export class Ring {
  readonly vantage: Vantage;
  readonly cursor: BlockCursor;
  readonly #native: Native;
  readonly #socket: PacketSocket;
  readonly #size: RingSize;
  readonly #options: RingOptions;
  /** Number of the interface that it is bound to; 0 for all. */
  #index = 0;
  readonly #address: bigint;
  readonly #words: Int32Array;
  /** The block that is read next. */
  #block = 0;
  /** What the kernel has counted since the ring was opened. */
  packets = 0;
  drops = 0;

  constructor(native: Native, options: RingOptions) {
    const { vantage, size } = options;
    this.vantage = vantage;
    this.#native = native;
    this.#size = size;
    this.#options = options;
    this.#socket = this.#inNamespace(() => this.#open(options));
    const bytes = size.blockBytes * size.blocks;
    this.#address = native.libc.mmap(null, bytes, READ_WRITE, SHARED, this.#socket.fd, 0);
    if (BigInt(this.#address) === FAILED) {
      this.#socket.close();
      throw new WeirError(
        "CAPTURE_UNAVAILABLE",
        `the packet ring of ${bytes} bytes cannot be mapped: ${errnoName(native)}`,
        "Take a smaller one with --ring-mib",
      );
    }
    const memory = native.koffi.view(this.#address, bytes);
    this.#words = new Int32Array(memory);
    this.cursor = new BlockCursor(new Uint8Array(memory));
  }

  /** From now on other packets are let through; those that wait in the ring stay. */
  filter(program: readonly Instruction[]): void {
    this.#socket.filter(program);
  }

  get fd(): number {
    return this.#socket.fd;
  }

  /** True where there is a block with packets to read; the cursor is then at the first. */
  enter(): boolean {
    while (this.#isReady(this.#block)) {
      const at = this.#block * this.#size.blockBytes;
      if (this.cursor.enter(at, at + this.#size.blockBytes)) return true;
      this.leave();
    }
    return false;
  }

  /** Gives the block back to the kernel. */
  leave(): void {
    Atomics.store(this.#words, this.#statusAt(this.#block), BlockStatus.kernel);
    this.#block = (this.#block + 1) % this.#size.blocks;
  }

  /** Share of the ring that waits to be read, 0 to 1. */
  get backlogRatio(): number {
    let ready = 0;
    while (ready < this.#size.blocks && this.#isReady((this.#block + ready) % this.#size.blocks)) ready += 1;
    return ready / this.#size.blocks;
  }

  /** Takes in what the kernel has counted. */
  count(): void {
    const { packets, drops } = this.#socket.statistics();
    this.packets += packets;
    this.drops += drops;
  }

  /** The error that the socket holds, e.g. that the interface went down; 0 where there is none. */
  takeError(): number {
    return this.#socket.takeError();
  }

  /** Listens to the interface that has the name now, where the one that had it is gone; what shares its packets with other rings stays where it is. */
  follow(): void {
    const { vantage, isPromiscuous, group } = this.#options;
    const { interface: name } = vantage;
    if (name === undefined || group !== undefined) return;
    try {
      const index = this.#inNamespace(() => this.#native.libc.if_nametoindex(name));
      if (index === 0 || index === this.#index) return;
      this.#socket.bind(index);
      this.#index = index;
      if (isPromiscuous) this.#socket.promiscuous(index);
    } catch (error) {
      // It is gone again, or its namespace is: the next look may find it.
      if (!(error instanceof WeirError)) throw error;
    }
  }

  #inNamespace<T>(work: () => T): T {
    const { namespace } = this.vantage;
    return namespace === undefined ? work() : inNamespace(this.#native, namespace, work);
  }

  /** Nothing of the ring's memory may be touched any more. */
  close(): void {
    this.#native.libc.munmap(this.#address, this.#size.blockBytes * this.#size.blocks);
    this.#socket.close();
  }

  #isReady(block: number): boolean {
    return (Atomics.load(this.#words, this.#statusAt(block)) & BlockStatus.user) !== 0;
  }

  #statusAt(block: number): number {
    return (block * this.#size.blockBytes + Block.status) / 4;
  }

  #open({ vantage: { interface: name }, program, isPromiscuous, group }: RingOptions): PacketSocket {
    const index = name === undefined ? 0 : this.#native.libc.if_nametoindex(name);
    if (name !== undefined && index === 0)
      throw new WeirError("CAPTURE_UNAVAILABLE", `there is no interface ${name}`, "ip link lists them; any is all");
    const socket = new PacketSocket(this.#native);
    try {
      // Until it shares it would get what is the others'.
      socket.filter(group === undefined ? program : NOTHING);
      socket.ring(this.#size);
      if (isPromiscuous && index > 0) socket.promiscuous(index);
      socket.bind(index);
      this.#index = index;
      if (group !== undefined) {
        socket.share(group);
        socket.filter(program);
      }
      return socket;
    } catch (error) {
      socket.close();
      throw error;
    }
  }
}

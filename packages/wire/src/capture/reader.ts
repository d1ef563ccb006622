import { decodeFrame } from "../decode.ts";
import { Reassembler } from "../network/fragments.ts";
import { Packet, Verdict } from "../packet.ts";
import { ANY_SHARD, type Shard, shardOfFrame } from "../shard.ts";
import type { FormatContext, FormatParser } from "./format.ts";
import { isPcap, PcapParser } from "./pcap.ts";
import { isPcapng, PcapngParser } from "./pcapng.ts";
import { isSnoop, SnoopParser } from "./snoop.ts";
import { type CaptureFormat, type CaptureSummary, emptySummary } from "./summary.ts";
import { Timestamp } from "./timestamp.ts";

/** The longest magic number of a format. */
const HEAD_BYTES = 8;
const FORMATS: readonly {
  readonly format: CaptureFormat;
  readonly matches: (bytes: Uint8Array) => boolean;
  readonly create: (context: FormatContext) => FormatParser;
}[] = [
  { format: "pcap", matches: isPcap, create: (context) => new PcapParser(context) },
  { format: "pcapng", matches: isPcapng, create: (context) => new PcapngParser(context) },
  { format: "snoop", matches: isSnoop, create: (context) => new SnoopParser(context) },
];

/** The format of a capture by its first bytes (at least eight, or all there are); undefined where it is none. */
export function detectFormat(bytes: Uint8Array): CaptureFormat | undefined {
  return FORMATS.find(({ matches }) => matches(bytes))?.format;
}

/** Receives packets. The packet is borrowed: the next one overwrites it. */
export type PacketHandler = (packet: Packet) => void;

/**
 * Reads a capture from bytes that come in any pieces. Holds at most one record: memory does not grow with the capture. Never
 * throws on input; what is wrong stands in `summary.problem`. HOT PATH: whole records are read in place, only those that
 * straddle two pieces are copied.
 */
export class CaptureReader {
  readonly summary: CaptureSummary = emptySummary();
  readonly #packet = new Packet();
  readonly #shard: Shard | undefined;
  readonly #onOther: (atNs: number) => void;
  readonly #onKeyLog: (text: string) => void;
  readonly #time = new Timestamp();
  readonly #start = new Timestamp();
  readonly #reassembler = new Reassembler();
  #parser: FormatParser | undefined;
  #onPacket: PacketHandler = () => undefined;
  #hasStarted = false;
  #startUnixNs = 0n;
  #previousNs = 0;
  /** The beginning of a record whose rest has not come yet. */
  #carry = new Uint8Array(4096);
  #carryView = new DataView(this.#carry.buffer);
  #carried = 0;
  /** Offset in the capture of the first byte that is not consumed. */
  #fileOffset = 0;

  /**
   * With `shard`, packets that surely belong to another worker are counted and not decoded; `onOther` hears when they were. `onKeyLog` gets the TLS
   * secrets that the capture brings along, before the packets that they open.
   */
  constructor(
    shard?: Shard,
    onOther: (atNs: number) => void = () => undefined,
    onKeyLog: (text: string) => void = () => undefined,
  ) {
    this.#shard = shard;
    this.#onOther = onOther;
    this.#onKeyLog = onKeyLog;
  }

  /** Absolute time of the first packet; 0 before it. */
  get startUnixNs(): bigint {
    return this.#startUnixNs;
  }

  /** Takes the next bytes of the capture and gives each packet that they complete. */
  push(chunk: Uint8Array, onPacket: PacketHandler): void {
    // Who keeps a packet's bytes copies them with `slice`; that of a subclass (Node's Buffer) would be a view.
    const bytes = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    this.#onPacket = onPacket;
    let at = this.#continueCarried(bytes);
    if (this.#carried > 0 || this.#isOver()) return;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    while (at < bytes.length && !this.#isOver()) {
      at = this.#units(bytes, view, at);
      const length = this.#unitBytes(bytes, view, at, bytes.length);
      if (at + length > bytes.length) break;
      this.#unit(bytes, view, at, length);
      at += length;
    }
    if (!this.#isOver()) this.#carryOver(bytes, at, bytes.length - at);
  }

  /** Says that no more bytes come. A record that is cut off is a problem, what was read before it stays. */
  end(onPacket: PacketHandler): void {
    this.#onPacket = onPacket;
    if (this.#isOver()) return;
    if (this.#parser === undefined && this.#carried > 0) this.#detect(this.#carry.subarray(0, this.#carried));
    if (this.#isOver() || this.#carried === 0) return;
    this.#fail(
      `the capture breaks off in the middle of a record: ${this.#carried} bytes are left`,
      this.#fileOffset,
      "What came before was read; if the capture was still being written, read it again later",
    );
  }

  #isOver(): boolean {
    return this.summary.problem !== undefined;
  }

  #unitBytes(bytes: Uint8Array, view: DataView, at: number, end: number): number {
    if (this.#parser === undefined) {
      if (end - at < HEAD_BYTES) return HEAD_BYTES;
      this.#detect(bytes.subarray(at, end));
    }
    return this.#parser?.unitBytes(view, at, end) ?? Number.POSITIVE_INFINITY;
  }

  /** Lets the format take as many units as it can by itself. */
  #units(bytes: Uint8Array, view: DataView, at: number): number {
    if (this.#parser?.units === undefined) return at;
    const end = this.#parser.units(bytes, view, at, bytes.length, this.#fileOffset);
    this.#fileOffset += end - at;
    return end;
  }

  #unit(bytes: Uint8Array, view: DataView, at: number, length: number): void {
    this.#parser?.unit(bytes, view, at, length, this.#fileOffset);
    this.#fileOffset += length;
  }

  /** Completes the carried record with the first of `bytes`; returns how many of them it took. */
  #continueCarried(bytes: Uint8Array): number {
    let at = 0;
    while (this.#carried > 0 && !this.#isOver()) {
      const length = this.#unitBytes(this.#carry, this.#carryView, 0, this.#carried);
      if (length <= this.#carried) {
        const rest = this.#carried - length;
        this.#unit(this.#carry, this.#carryView, 0, length);
        this.#carry.copyWithin(0, length, this.#carried);
        this.#carried = rest;
        continue;
      }
      const missing = Math.min(length - this.#carried, bytes.length - at);
      if (missing === 0) return at;
      this.#carryOver(bytes, at, missing);
      at += missing;
    }
    return at;
  }

  #carryOver(bytes: Uint8Array, at: number, count: number): void {
    if (this.#carried + count > this.#carry.length) {
      const larger = new Uint8Array(Math.max(this.#carry.length * 2, this.#carried + count));
      larger.set(this.#carry.subarray(0, this.#carried));
      this.#carry = larger;
      this.#carryView = new DataView(larger.buffer);
    }
    this.#carry.set(bytes.subarray(at, at + count), this.#carried);
    this.#carried += count;
  }

  #detect(head: Uint8Array): void {
    const found = FORMATS.find(({ matches }) => matches(head));
    if (found === undefined) {
      this.#fail(
        "this is not a capture: its first bytes are of no known format",
        0,
        "Give a pcap, pcapng or snoop file, plain or as gzip or zstd",
      );
      return;
    }
    this.summary.format = found.format;
    this.#parser = found.create({
      summary: this.summary,
      packet: this.#packet,
      time: this.#time,
      emit: (isTimed) => this.#emit(isTimed),
      keyLog: (text) => this.#onKeyLog(text),
      fail: (message, fileOffset, hint) => this.#fail(message, fileOffset, hint),
    });
  }

  #emit(isTimed: boolean): void {
    const { summary } = this;
    const packet = this.#packet;
    summary.packets += 1;
    packet.number = summary.packets;
    packet.atNs = isTimed ? this.#sinceStart() : this.#previousNs;
    if (packet.atNs < this.#previousNs) summary.clockSteps += 1;
    this.#previousNs = packet.atNs;
    summary.lastNs = Math.max(summary.lastNs, packet.atNs);
    summary.wireBytes += packet.wireBytes;
    summary.capturedBytes += packet.capturedBytes;
    if (packet.capturedBytes < packet.wireBytes) summary.cutPackets += 1;
    if (this.#shard !== undefined && !this.#isMine(this.#shard)) return;
    if (packet.frame !== packet.bytes) packet.frame = packet.bytes;
    packet.frameStart = packet.start;
    packet.frameEnd = packet.end;
    decodeFrame(packet, this.#reassembler);
    summary.verdicts[packet.verdict] = (summary.verdicts[packet.verdict] ?? 0) + 1;
    this.#onPacket(packet);
  }

  /** False where another worker has the packet's conversation. A packet that only decoding can tell comes to all of them. */
  #isMine({ index, count }: Shard): boolean {
    const packet = this.#packet;
    const owner = shardOfFrame(packet, count);
    packet.isShared = owner !== ANY_SHARD;
    if (owner === ANY_SHARD || owner === index) return true;
    this.summary.verdicts[Verdict.ok]! += 1;
    this.#onOther(packet.atNs);
    return false;
  }

  #sinceStart(): number {
    if (!this.#hasStarted) {
      this.#hasStarted = true;
      this.#start.copyFrom(this.#time);
      this.#startUnixNs = this.#time.toUnixNs();
    }
    return this.#time.since(this.#start);
  }

  #fail(message: string, fileOffset: number, hint: string): void {
    this.summary.problem ??= { message, fileOffset, packetNumber: this.summary.packets, hint, fatal: true };
  }
}

import { decodeFrame } from "../decode.ts";
import { Reassembler } from "../network/fragments.ts";
import { Packet } from "../packet.ts";
import type { PacketHandler } from "./reader.ts";
import { type CaptureSummary, emptySummary } from "./summary.ts";
import { Timestamp } from "./timestamp.ts";

/** One frame as it was captured, with what the capturing side knows of it. */
export interface LiveFrame {
  /** The frame is `bytes[start..end)`; `view` is over the same memory. */
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly start: number;
  readonly end: number;
  readonly wireBytes: number;
  /** Unix time. */
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly linkType: number;
}

/** Packets are numbered from 1 up to here, and then from 1 again: what open connections remember of a number has 31 bits. */
const LAST_NUMBER = 0x7fff_fffe;

/** Reads packets that come one by one and not out of a file: numbers, time and headers as {@link CaptureReader} gives them. HOT PATH. */
export class LiveReader {
  readonly summary: CaptureSummary = emptySummary();
  readonly #packet = new Packet();
  readonly #reassembler = new Reassembler();
  readonly #time = new Timestamp();
  readonly #start = new Timestamp();
  #hasStarted = false;
  #startUnixNs = 0n;
  #previousNs = 0;
  #number = 0;

  /** Absolute time of the first packet; 0 before it. */
  get startUnixNs(): bigint {
    return this.#startUnixNs;
  }

  /** Reads the frame's headers and hands it over. The packet is borrowed. */
  frame(frame: LiveFrame, interfaceId: number, onPacket: PacketHandler): void {
    const packet = this.#packet;
    this.#number = this.#number === LAST_NUMBER ? 1 : this.#number + 1;
    packet.number = this.#number;
    packet.interfaceId = interfaceId;
    packet.linkType = frame.linkType;
    packet.wireBytes = frame.wireBytes;
    packet.capturedBytes = frame.end - frame.start;
    if (packet.view !== frame.view) {
      packet.bytes = frame.bytes;
      packet.view = frame.view;
    }
    if (packet.frame !== packet.bytes) packet.frame = packet.bytes;
    packet.start = frame.start;
    packet.end = frame.end;
    packet.frameStart = frame.start;
    packet.frameEnd = frame.end;
    this.#time.seconds = frame.seconds;
    this.#time.nanoseconds = frame.nanoseconds;
    packet.atNs = this.#sinceStart();
    this.#count(packet);
    decodeFrame(packet, this.#reassembler);
    this.summary.verdicts[packet.verdict]! += 1;
    onPacket(packet);
  }

  #count(packet: Packet): void {
    const { summary } = this;
    summary.packets += 1;
    summary.wireBytes += packet.wireBytes;
    summary.capturedBytes += packet.capturedBytes;
    if (packet.capturedBytes < packet.wireBytes) summary.cutPackets += 1;
    if (packet.atNs < this.#previousNs) summary.clockSteps += 1;
    this.#previousNs = packet.atNs;
    summary.lastNs = Math.max(summary.lastNs, packet.atNs);
  }

  #sinceStart(): number {
    if (!this.#hasStarted) {
      this.#hasStarted = true;
      this.#start.copyFrom(this.#time);
      this.#startUnixNs = this.#time.toUnixNs();
    }
    return this.#time.since(this.#start);
  }
}

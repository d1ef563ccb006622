import { endsHash, type Packet, packetBlockBytes, sectionBlock, Transport, writePacketBlock } from "@weir/wire";
import { InterfaceTable } from "../../packets/download.ts";
import { VERSION } from "../../version.ts";

/** What an interface's description takes at most. */
const INTERFACE_ROOM_BYTES = 512;
const NS_PER_SECOND = 1_000_000_000n;
const WITH_PORTS: ReadonlySet<Transport> = new Set([Transport.tcp, Transport.udp, Transport.sctp]);

/** Gathers packets as the bytes of a pcapng file, with which conversations they are of. HOT PATH: {@link SegmentBuffer.add}. */
export class SegmentBuffer {
  readonly #room: { readonly bytes: Uint8Array; readonly view: DataView };
  readonly #interfaces = new InterfaceTable();
  readonly hashes = new Set<number>();
  #at = 0;
  packets = 0;
  #fromSeconds = 0;
  #fromNanoseconds = 0;
  #toSeconds = 0;
  #toNanoseconds = 0;

  /** `bytes` is the room that it fills, and keeps. */
  constructor(bytes: Uint8Array, captureId: string) {
    this.#room = { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
    this.#write(sectionBlock({ application: `weir ${VERSION}`, comment: captureId }));
  }

  /** The file's bytes so far. */
  get bytes(): Uint8Array {
    return this.#room.bytes.subarray(0, this.#at);
  }

  get fromNs(): bigint {
    return BigInt(this.#fromSeconds) * NS_PER_SECOND + BigInt(this.#fromNanoseconds);
  }

  get toNs(): bigint {
    return BigInt(this.#toSeconds) * NS_PER_SECOND + BigInt(this.#toNanoseconds);
  }

  /** Takes a packet; false where it does not fit any more. `seconds` and `nanoseconds` are its Unix time. */
  add(packet: Packet, interfaceName: string, seconds: number, nanoseconds: number): boolean {
    const blockBytes = packetBlockBytes(packet.frameEnd - packet.frameStart);
    if (this.#at + blockBytes + INTERFACE_ROOM_BYTES > this.#room.bytes.length) return false;
    const index = this.#interfaces.indexOf(packet, interfaceName, (block) => this.#write(block));
    this.#at = writePacketBlock(this.#room, this.#at, packet, index, seconds, nanoseconds);
    this.#noteTime(seconds, nanoseconds);
    if (WITH_PORTS.has(packet.transport)) this.hashes.add(endsHash(packet));
    if (packet.outerCount > 0)
      for (const outer of packet.outer.slice(0, packet.outerCount)) this.hashes.add(endsHash(outer));
    this.packets += 1;
    return true;
  }

  #noteTime(seconds: number, nanoseconds: number): void {
    const isFirst = this.packets === 0;
    if (isFirst || isBefore(seconds, nanoseconds, this.#fromSeconds, this.#fromNanoseconds)) {
      this.#fromSeconds = seconds;
      this.#fromNanoseconds = nanoseconds;
    }
    if (isFirst || isBefore(this.#toSeconds, this.#toNanoseconds, seconds, nanoseconds)) {
      this.#toSeconds = seconds;
      this.#toNanoseconds = nanoseconds;
    }
  }

  #write(block: Uint8Array): void {
    this.#room.bytes.set(block, this.#at);
    this.#at += block.length;
  }
}

function isBefore(seconds: number, nanoseconds: number, thanSeconds: number, thanNanoseconds: number): boolean {
  return seconds < thanSeconds || (seconds === thanSeconds && nanoseconds < thanNanoseconds);
}

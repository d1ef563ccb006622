import { WeirError } from "@weir/base";
import { errnoName, type Native } from "../ffi.ts";
import { encodeProgram, type Instruction } from "../filter/instruction.ts";
import { RESERVED_BYTES } from "./layout.ts";

const AF_PACKET = 17;
const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0x80000;
const ETH_P_ALL = 0x0003;
const SOL_SOCKET = 1;
const SO_ERROR = 4;
const SO_ATTACH_FILTER = 26;
const SOL_PACKET = 263;
const Option = { addMembership: 1, rxRing: 5, statistics: 6, version: 10, reserve: 12, fanout: 18 } as const;
/** `PACKET_FANOUT_HASH`, and `PACKET_FANOUT_FLAG_DEFRAG` in the upper half. */
const Fanout = { hash: 0, defragment: 0x8000_0000 } as const;
const TPACKET_V3 = 2;
const PROMISCUOUS = 1;
const SOCKET_ADDRESS_BYTES = 20;

/** Size of a ring, as `struct tpacket_req3` takes it. */
export interface RingSize {
  readonly blockBytes: number;
  readonly blocks: number;
  /** A block that is not full is handed over after so long. */
  readonly retireMs: number;
}

/** A packet socket with a ring, by its file descriptor. Everything but the ring's memory, which {@link Ring} reads. */
export class PacketSocket {
  readonly fd: number;
  readonly #native: Native;

  /** Opens a socket that hears nothing yet. Throws where the kernel does not let us. */
  constructor(native: Native) {
    this.#native = native;
    this.fd = native.libc.socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
    if (this.fd >= 0) return;
    throw new WeirError(
      "CAPTURE_UNAVAILABLE",
      `the kernel refuses a packet socket: ${errnoName(native)}`,
      "Run as root, or give Node the capability: setcap cap_net_raw+ep $(readlink -f $(which node)); or pipe packets in: weir agent --read -",
    );
  }

  filter(program: readonly Instruction[]): void {
    const code = encodeProgram(program);
    const fprog = new Uint8Array(16);
    const view = new DataView(fprog.buffer);
    view.setUint16(0, program.length, true);
    view.setBigUint64(8, BigInt(this.#native.koffi.address(code)), true);
    this.#set(SOL_SOCKET, SO_ATTACH_FILTER, fprog, "the filter");
  }

  ring({ blockBytes, blocks, retireMs }: RingSize): void {
    this.#set(SOL_PACKET, Option.version, words(TPACKET_V3), "TPACKET_V3");
    this.#set(SOL_PACKET, Option.reserve, words(RESERVED_BYTES), "room for VLAN tags");
    const frameBytes = blockBytes;
    this.#set(
      SOL_PACKET,
      Option.rxRing,
      words(blockBytes, blocks, frameBytes, blocks, retireMs, 0, 0),
      "the packet ring",
    );
  }

  /** Asks the interface for frames to others, too. */
  promiscuous(interfaceIndex: number): void {
    const request = new Uint8Array(16);
    const view = new DataView(request.buffer);
    view.setInt32(0, interfaceIndex, true);
    view.setUint16(4, PROMISCUOUS, true);
    this.#set(SOL_PACKET, Option.addMembership, request, "promiscuous mode");
  }

  /** From now on packets come. Index 0 is every interface. */
  bind(interfaceIndex: number): void {
    const address = new Uint8Array(SOCKET_ADDRESS_BYTES);
    const view = new DataView(address.buffer);
    view.setUint16(0, AF_PACKET, true);
    view.setUint16(2, ETH_P_ALL);
    view.setInt32(4, interfaceIndex, true);
    if (this.#native.libc.bind(this.fd, address, address.length) !== 0)
      throw this.#refused("to listen on the interface");
  }

  /**
   * Shares the packets with other sockets that listen to the same and say the same number: each conversation's go to one of them, by a hash of both ends.
   * The kernel puts fragments together before, as only the first of them has ports.
   */
  share(group: number): void {
    this.#set(SOL_PACKET, Option.fanout, words(group | ((Fanout.hash << 16) + Fanout.defragment)), "to share packets");
  }

  /** What the kernel counted since it was asked last: packets that passed the filter, and those of them that found no room. */
  statistics(): { readonly packets: number; readonly drops: number } {
    const values = new Uint8Array(12);
    const bytes = words(values.length);
    if (this.#native.libc.getsockopt(this.fd, SOL_PACKET, Option.statistics, values, bytes) !== 0)
      throw this.#refused("its counters");
    const view = new DataView(values.buffer);
    return { packets: view.getUint32(0, true), drops: view.getUint32(4, true) };
  }

  /** The error that the socket holds, which is cleared by asking; 0 where there is none. */
  takeError(): number {
    const value = new Uint8Array(4);
    this.#native.libc.getsockopt(this.fd, SOL_SOCKET, SO_ERROR, value, words(value.length));
    return new DataView(value.buffer).getInt32(0, true);
  }

  close(): void {
    this.#native.libc.close(this.fd);
  }

  #set(level: number, name: number, value: Uint8Array, what: string): void {
    if (this.#native.libc.setsockopt(this.fd, level, name, value, value.length) !== 0) throw this.#refused(what);
  }

  #refused(what: string): WeirError {
    const problem = new WeirError(
      "CAPTURE_UNAVAILABLE",
      `the kernel refuses ${what}: ${errnoName(this.#native)}`,
      "A smaller ring may help (--ring-mib), or another interface; dmesg may say more",
    );
    return problem;
  }
}

function words(...values: readonly number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(values).buffer);
}

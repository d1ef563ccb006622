import { WeirError } from "@weir/base";
import { errnoName, type Native } from "./ffi.ts";

const AF_NETLINK = 16;
const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0x80000;
const NETLINK_NETFILTER = 12;
const SOL_SOCKET = 1;
const SO_RCVBUF = 8;
const ADDRESS_BYTES = 12;
/** Bits of the groups of connection tracking's events: new ones, and those that are over (linux/netfilter/nfnetlink_compat.h). */
const CONNTRACK_NEW_AND_DESTROY = 0x1 | 0x4;
const MSG_DONTWAIT = 0x40;
/** What the kernel holds for us until it is read; beyond it events are lost, and it says so once. */
const RECEIVE_BUFFER_BYTES = 1 << 20;
const DATAGRAM_BYTES = 1 << 16;
/** Datagrams that one reading takes at most. */
const MOST_AT_ONCE = 2_000;
const ENOBUFS = "ENOBUFS";

/** The kernel's events of connection tracking, of this network namespace: who hears them knows translations that live no longer than a moment. */
export class ConntrackSocket {
  readonly #native: Native;
  readonly #fd: number;
  readonly #datagram = new Uint8Array(DATAGRAM_BYTES);
  /** How often events found no room. */
  overruns = 0;

  /** Listens from now on. Throws CAPTURE_UNAVAILABLE where the kernel does not let us, or does not track connections. */
  constructor(native: Native) {
    this.#native = native;
    const { libc } = native;
    this.#fd = libc.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
    if (this.#fd < 0) throw this.#refused("a netlink socket");
    const size = new Uint8Array(Uint32Array.of(RECEIVE_BUFFER_BYTES).buffer);
    libc.setsockopt(this.#fd, SOL_SOCKET, SO_RCVBUF, size, size.length);
    const address = new Uint8Array(ADDRESS_BYTES);
    const view = new DataView(address.buffer);
    view.setUint16(0, AF_NETLINK, true);
    view.setUint32(8, CONNTRACK_NEW_AND_DESTROY, true);
    if (libc.bind(this.#fd, address, address.length) === 0) return;
    const problem = this.#refused("the events of connection tracking");
    libc.close(this.#fd);
    throw problem;
  }

  /** Hands over the datagrams that have come, up to a bound; they are borrowed. Does not wait. */
  read(take: (datagram: Uint8Array) => void): void {
    const { libc } = this.#native;
    for (let taken = 0; taken < MOST_AT_ONCE; taken += 1) {
      const bytes = libc.recv(this.#fd, this.#datagram, this.#datagram.length, MSG_DONTWAIT);
      if (bytes > 0) take(this.#datagram.subarray(0, bytes));
      else if (bytes < 0 && errnoName(this.#native) === ENOBUFS) this.overruns += 1;
      else return;
    }
  }

  close(): void {
    this.#native.libc.close(this.#fd);
  }

  #refused(what: string): WeirError {
    return new WeirError(
      "CAPTURE_UNAVAILABLE",
      `the kernel refuses ${what}: ${errnoName(this.#native)}`,
      "It takes root or CAP_NET_ADMIN, and connection tracking in the kernel (CONFIG_NF_CT_NETLINK)",
    );
  }
}

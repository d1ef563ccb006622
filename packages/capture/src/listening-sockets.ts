import { formatIpv4, formatIpv6, WeirError } from "@weir/base";
import { errnoName, type Native } from "./ffi.ts";
import { inNamespace } from "./ring/namespace.ts";

/** A TCP socket that waits for connections, as the kernel describes it. */
export interface ListeningSocket {
  readonly address: string;
  readonly port: number;
  /** Connections that wait to be accepted, and how many may. */
  readonly waiting: number;
  readonly backlog: number;
  /** SYNs, and last packets of handshakes, that it has dropped since it began, whatever for. */
  readonly drops: number;
  readonly inode: number;
}

const AF_NETLINK = 16;
const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0x80000;
const NETLINK_SOCK_DIAG = 4;
const SOCK_DIAG_BY_FAMILY = 20;
const REQUEST_AND_DUMP = 0x301;
const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
const IPPROTO_TCP = 6;
const AF_INET = 2;
const AF_INET6 = 10;
const LISTEN_ONLY = 1 << 10;
const HEADER_BYTES = 16;
const REQUEST_BYTES = HEADER_BYTES + 56;
/** What is asked for beside the socket itself: its memory, where its drops are counted (linux/inet_diag.h, linux/sock_diag.h). */
const MEMORY = 7;
const DROPS_AT = 8 * 4;
/** Where the members of `struct inet_diag_msg` lie, behind the header. */
const Message = { port: 4, address: 8, waiting: 56, backlog: 60, inode: 68, attributes: 72 } as const;
const DATAGRAM_BYTES = 1 << 16;

/** The listening TCP sockets of a network namespace, by its name or file. Throws CAPTURE_UNAVAILABLE where the kernel does not tell (CONFIG_INET_TCP_DIAG), or the namespace cannot be entered. */
export function listeningSockets(native: Native, namespace: string): ListeningSocket[] {
  return inNamespace(native, namespace, () => [AF_INET, AF_INET6].flatMap((family) => socketsOf(native, family)));
}

function socketsOf(native: Native, family: number): ListeningSocket[] {
  const { libc } = native;
  const fd = libc.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
  if (fd < 0) throw refused(native);
  try {
    const request = requestOf(family);
    if (libc.send(fd, request, request.length, 0) !== request.length) throw refused(native);
    const found: ListeningSocket[] = [];
    const datagram = new Uint8Array(DATAGRAM_BYTES);
    for (;;) {
      const bytes = libc.recv(fd, datagram, datagram.length, 0);
      if (bytes <= 0) throw refused(native);
      if (readMessages(datagram.subarray(0, bytes), found) === "done") return found;
    }
  } finally {
    libc.close(fd);
  }
}

function requestOf(family: number): Uint8Array {
  const request = new Uint8Array(REQUEST_BYTES);
  const view = new DataView(request.buffer);
  view.setUint32(0, request.length, true);
  view.setUint16(4, SOCK_DIAG_BY_FAMILY, true);
  view.setUint16(6, REQUEST_AND_DUMP, true);
  request.set([family, IPPROTO_TCP, 1 << (MEMORY - 1)], HEADER_BYTES);
  view.setUint32(HEADER_BYTES + 4, LISTEN_ONLY, true);
  return request;
}

/** Reads the messages of one datagram; `done` behind the last of all. Throws where one is an error. */
export function readMessages(datagram: Uint8Array, found: ListeningSocket[]): "done" | "more" {
  const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.length);
  for (let at = 0; at + HEADER_BYTES <= datagram.length; ) {
    const bytes = view.getUint32(at, true);
    const type = view.getUint16(at + 4, true);
    if (type === NLMSG_DONE) return "done";
    if (type === NLMSG_ERROR || bytes < HEADER_BYTES || at + bytes > datagram.length)
      throw new WeirError(
        "CAPTURE_UNAVAILABLE",
        "the kernel does not describe listening sockets",
        "It takes CONFIG_INET_TCP_DIAG",
      );
    found.push(socketAt(datagram.subarray(at + HEADER_BYTES, at + bytes)));
    at += (bytes + 3) & ~3;
  }
  return "more";
}

function socketAt(message: Uint8Array): ListeningSocket {
  const view = new DataView(message.buffer, message.byteOffset, message.length);
  const isIpv6 = message[0] === AF_INET6;
  const address = message.subarray(Message.address, Message.address + (isIpv6 ? 16 : 4));
  return {
    address: isIpv6 ? formatIpv6(address) : formatIpv4(address),
    port: view.getUint16(Message.port, false),
    waiting: view.getUint32(Message.waiting, true),
    backlog: view.getUint32(Message.backlog, true),
    drops: dropsIn(view),
    inode: view.getUint32(Message.inode, true),
  };
}

/** Of the attributes behind the message, that of its memory: 0 where there is none. */
function dropsIn(view: DataView): number {
  for (let at: number = Message.attributes; at + 4 <= view.byteLength; ) {
    const bytes = view.getUint16(at, true);
    if (view.getUint16(at + 2, true) === MEMORY && bytes >= 4 + DROPS_AT + 4 && at + bytes <= view.byteLength)
      return view.getUint32(at + 4 + DROPS_AT, true);
    at += Math.max(4, (bytes + 3) & ~3);
  }
  return 0;
}

function refused(native: Native): WeirError {
  return new WeirError(
    "CAPTURE_UNAVAILABLE",
    `the kernel refuses to describe listening sockets: ${errnoName(native)}`,
    "It takes CONFIG_INET_TCP_DIAG in the kernel",
  );
}

import { formatIpv4, formatIpv6 } from "@weir/base";

/** Where the members of `struct ends` lie (bpf/weir.h). */
const Ends = { remoteAddress: 16, localPort: 32, remotePort: 34, family: 36, protocol: 38, namespace: 40 } as const;
export const ENDS_BYTES = 48;
/** Where the members of `struct owner` lie. */
const Owner = { began: 8, pid: 16, uid: 20, argumentBytes: 24, command: 32, arguments: 48 } as const;
const COMMAND_BYTES = 16;
export const OWNER_BYTES = 304;

/** IANA protocol numbers. */
const TRANSPORTS: ReadonlyMap<number, "tcp" | "udp"> = new Map([
  [6, "tcp"],
  [17, "udp"],
]);
const AF_INET6 = 10;
const ADDRESS_BYTES = 16;

/** Both ends of a socket, as its host has them. */
export interface SocketEnds {
  /** Undefined where it is neither. */
  readonly transport: "tcp" | "udp" | undefined;
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** Inode of its network namespace; 0 where that is not known. */
  readonly namespace: number;
}

/** A process as the kernel knew it at that moment. */
export interface SocketOwner {
  readonly pid: number;
  /** When it began, since boot: no other process with this id began then. */
  readonly beganNs: number;
  /** The kernel's short name of it. */
  readonly name: string;
  /** The beginning of its command line, which may hold secrets. */
  readonly words: readonly string[];
  readonly uid: number;
  /** Id of its control group in the unified hierarchy: the inode of its folder there. */
  readonly cgroup: bigint;
}

/** Reads `struct ends`. An IPv4 address that an IPv6 socket has is IPv4, as on the wire. */
export function readEnds(view: DataView, at: number): SocketEnds {
  const isIpv6 = view.getUint16(at + Ends.family, true) === AF_INET6;
  return {
    transport: TRANSPORTS.get(view.getUint16(at + Ends.protocol, true)),
    localAddress: addressOf(view, at, isIpv6),
    localPort: view.getUint16(at + Ends.localPort, true),
    remoteAddress: addressOf(view, at + Ends.remoteAddress, isIpv6),
    remotePort: view.getUint16(at + Ends.remotePort, true),
    namespace: view.getUint32(at + Ends.namespace, true),
  };
}

/** Reads `struct owner`. */
export function readOwner(view: DataView, at: number): SocketOwner {
  const argumentBytes = view.getUint32(at + Owner.argumentBytes, true);
  return {
    pid: view.getUint32(at + Owner.pid, true),
    beganNs: Number(view.getBigUint64(at + Owner.began, true)),
    name: textAt(view, at + Owner.command, COMMAND_BYTES).split("\0")[0] ?? "",
    words: textAt(view, at + Owner.arguments, Math.min(argumentBytes, OWNER_BYTES - Owner.arguments))
      .split("\0")
      .filter((word) => word !== ""),
    uid: view.getUint32(at + Owner.uid, true),
    cgroup: view.getBigUint64(at, true),
  };
}

function textAt(view: DataView, at: number, bytes: number): string {
  return new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + at, bytes));
}

function addressOf(view: DataView, at: number, isIpv6: boolean): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + at, ADDRESS_BYTES);
  if (!isIpv6) return formatIpv4(bytes);
  return formatIpv6(bytes).replace(/^::ffff:(?=[\d.]+$)/, "");
}

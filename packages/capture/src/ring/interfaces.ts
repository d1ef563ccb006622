import { WeirError } from "@weir/base";
import type { Libc, Native } from "../ffi.ts";
import { inNamespace } from "./namespace.ts";

const AF_INET = 2;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0x80000;
const NAME_BYTES = 16;
/** `SIOCETHTOOL` with `ETHTOOL_GDRVINFO`, which anybody may ask (linux/ethtool.h). */
const ETHTOOL = 0x8946;
const DRIVER_INFO = 3;
const DRIVER_INFO_BYTES = 196;
const DRIVER_AT = 4;
const DRIVER_NAME_BYTES = 32;
const REQUEST_BYTES = 40;
const decoder = new TextDecoder();

/** An interface that packets are seen on. */
export interface SeenInterface {
  readonly name: string;
  /**
   * How near it is to processes, as its driver tells: 0 network cards and tunnels, 1 bridges, 2 the ends of containers and virtual machines, and loopback; 3
   * the container's own end, in its namespace.
   */
  readonly nearness: number;
}

const BRIDGES: ReadonlySet<string> = new Set(["bridge", "openvswitch", "team", "bonding"]);
/** Loopback has no driver. */
const PROCESS_ENDS: ReadonlySet<string> = new Set(["veth", "tun", "ipvlan", "macvlan", "netkit", ""]);

/** What the kernel says of an interface, by its number in a network namespace (our own where undefined). Both may be gone by now. */
export function describeInterface(native: Native, index: number, namespace: string | undefined): SeenInterface {
  try {
    const ask = () => askKernel(native, index);
    const { name, driver } = namespace === undefined ? ask() : inNamespace(native, namespace, ask);
    return { name, nearness: nearnessOf(driver, namespace === undefined) };
  } catch (error) {
    if (!(error instanceof WeirError)) throw error;
    return { name: `interface ${index}`, nearness: 0 };
  }
}

function nearnessOf(driver: string, isOwnNamespace: boolean): number {
  if (PROCESS_ENDS.has(driver)) return isOwnNamespace ? 2 : 3;
  return BRIDGES.has(driver) ? 1 : 0;
}

function askKernel({ koffi, libc }: Native, index: number): { readonly name: string; readonly driver: string } {
  const nameBytes = new Uint8Array(NAME_BYTES);
  if (libc.if_indextoname(index, nameBytes) === null) return { name: `interface ${index}`, driver: "unknown" };
  const request = new Uint8Array(REQUEST_BYTES);
  const answer = new Uint8Array(DRIVER_INFO_BYTES);
  request.set(nameBytes);
  new DataView(answer.buffer).setUint32(0, DRIVER_INFO, true);
  new DataView(request.buffer).setBigUint64(NAME_BYTES, BigInt(koffi.address(answer)), true);
  control(libc, request);
  return { name: textOf(nameBytes), driver: textOf(answer.subarray(DRIVER_AT, DRIVER_AT + DRIVER_NAME_BYTES)) };
}

function control(libc: Libc, request: Uint8Array): void {
  const fd = libc.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  // An interface without a driver of its own says nothing: its name stays empty.
  libc.ioctl(fd, ETHTOOL, request);
  libc.close(fd);
}

function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return decoder.decode(end < 0 ? bytes : bytes.subarray(0, end));
}

import { PacketType } from "../ring/layout.ts";
import type { Line } from "./assemble.ts";

/** One end of the program's own traffic: its packets are left out, whichever way they go. */
export interface OwnEndpoint {
  /** 4 or 16 bytes. */
  readonly address: Uint8Array;
  readonly port: number;
  /** TCP where absent. */
  readonly transport?: "tcp" | "udp" | undefined;
}

/** Places of the kernel's own knowledge of a packet (SKF_AD_OFF), and of its network header whatever the link's is (SKF_NET_OFF). */
const ABOUT = -0x1000;
const NETWORK = -0x100000;
const About = { etherType: ABOUT, packetType: ABOUT + 4, interfaceIndex: ABOUT + 8 } as const;
const ETHER_TYPE_IPV4 = 0x0800;
const ETHER_TYPE_IPV6 = 0x86dd;
const PROTOCOLS = { tcp: 6, udp: 17 } as const;
/** The loopback interface is the first in every network namespace. */
const LOOPBACK_INDEX = 1;

/**
 * Drops a loopback packet on its way out: it comes in again, and would count twice. Whatever else comes goes on with the next line.
 */
export const LOOPBACK_ONCE: readonly Line[] = [
  { op: "loadWord", k: About.interfaceIndex },
  { op: "jumpEqual", k: LOOPBACK_INDEX, no: "once" },
  { op: "loadWord", k: About.packetType },
  { op: "jumpEqual", k: PacketType.outgoing, no: "once" },
  { op: "return", k: 0 },
  { label: "once" },
];

/** Drops TCP (or UDP) from and to these ends. Whatever else comes goes on with the next line. */
export function withoutOwn(endpoints: readonly OwnEndpoint[]): Line[] {
  return endpoints.flatMap((endpoint, index) =>
    endpoint.address.length === 4 ? withoutIpv4(endpoint, `own${index}`) : withoutIpv6(endpoint, `own${index}`),
  );
}

function withoutIpv4({ address, port, transport = "tcp" }: OwnEndpoint, name: string): Line[] {
  const [next, destination] = [`${name}next`, `${name}destination`];
  const word = wordAt(address, 0);
  // The header's length in bytes, where the ports begin.
  const toPorts: Line[] = [
    { op: "loadByte", k: NETWORK },
    { op: "and", k: 0x0f },
    { op: "shiftLeft", k: 2 },
    { op: "toX", k: 0 },
  ];
  return [
    { op: "loadWord", k: About.etherType },
    { op: "jumpEqual", k: ETHER_TYPE_IPV4, no: next },
    { op: "loadByte", k: NETWORK + 9 },
    { op: "jumpEqual", k: PROTOCOLS[transport], no: next },
    { op: "loadWord", k: NETWORK + 12 },
    { op: "jumpEqual", k: word, no: destination },
    ...toPorts,
    { op: "loadHalfAtX", k: NETWORK },
    { op: "jumpEqual", k: port, no: destination },
    { op: "return", k: 0 },
    { label: destination },
    { op: "loadWord", k: NETWORK + 16 },
    { op: "jumpEqual", k: word, no: next },
    ...toPorts,
    { op: "loadHalfAtX", k: NETWORK + 2 },
    { op: "jumpEqual", k: port, no: next },
    { op: "return", k: 0 },
    { label: next },
  ];
}

function withoutIpv6({ address, port, transport = "tcp" }: OwnEndpoint, name: string): Line[] {
  const [next, destination] = [`${name}next`, `${name}destination`];
  return [
    { op: "loadWord", k: About.etherType },
    { op: "jumpEqual", k: ETHER_TYPE_IPV6, no: next },
    { op: "loadByte", k: NETWORK + 6 },
    { op: "jumpEqual", k: PROTOCOLS[transport], no: next },
    ...isIpv6(address, 8, destination),
    { op: "loadHalf", k: NETWORK + 40 },
    { op: "jumpEqual", k: port, no: destination },
    { op: "return", k: 0 },
    { label: destination },
    ...isIpv6(address, 24, next),
    { op: "loadHalf", k: NETWORK + 42 },
    { op: "jumpEqual", k: port, no: next },
    { op: "return", k: 0 },
    { label: next },
  ];
}

/** Goes to `no` where the address at an offset of the network header is another. */
function isIpv6(address: Uint8Array, at: number, no: string): Line[] {
  return [0, 4, 8, 12].flatMap((word): Line[] => [
    { op: "loadWord", k: NETWORK + at + word },
    { op: "jumpEqual", k: wordAt(address, word), no },
  ]);
}

function wordAt(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at);
}

import { EtherType, IpProtocol } from "./network/ether-type.ts";
import type { Packet } from "./packet.ts";
import { isTunnelPort } from "./tunnel/udp-tunnels.ts";

/*
 * Sharing packets out between workers: each conversation belongs to one of them, told from both ends without caring which is which. HOT PATH: every
 * worker asks for every packet, and decodes only its own.
 */

/** One of several workers that share a capture. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** What stands in for a packet whose conversation is not told by a look at its first headers: every worker decodes it. */
export const ANY_SHARD = -1;

const LINKTYPE_ETHERNET = 1;
const ETHERNET_BYTES = 14;
const VLAN_BYTES = 4;
const IPV4_PLAIN = 0x45;
const FRAGMENT = 0x3fff;
/** Headers from the network layer to the ports, of either version. */
const IPV4_TO_PORTS = 20;
const IPV6_TO_PORTS = 40;

/** Whose packet this is, before it is decoded; ANY_SHARD where that takes decoding, as with tunnels. */
export function shardOfFrame({ view, start, end, linkType }: Packet, count: number): number {
  if (linkType !== LINKTYPE_ETHERNET || end - start < ETHERNET_BYTES + VLAN_BYTES + IPV4_TO_PORTS + 4) return ANY_SHARD;
  let at = start + ETHERNET_BYTES;
  let etherType = view.getUint16(at - 2);
  if (etherType === EtherType.vlan) {
    etherType = view.getUint16(at + 2);
    at += VLAN_BYTES;
  }
  if (etherType === EtherType.ipv4) {
    if (view.getUint8(at) !== IPV4_PLAIN || (view.getUint16(at + 6) & FRAGMENT) !== 0) return ANY_SHARD;
    const ports = view.getInt32(at + IPV4_TO_PORTS);
    if (!hasPorts(view.getUint8(at + 9), ports)) return ANY_SHARD;
    return shardOf(view.getInt32(at + 12) ^ view.getInt32(at + 16), ports, count);
  }
  if (etherType !== EtherType.ipv6 || end - at < IPV6_TO_PORTS + 4) return ANY_SHARD;
  const ports = view.getInt32(at + IPV6_TO_PORTS);
  return hasPorts(view.getUint8(at + 6), ports) ? shardOf(foldIpv6(view, at + 8), ports, count) : ANY_SHARD;
}

/** True for TCP, and for UDP that is no tunnel. */
function hasPorts(protocol: number, ports: number): boolean {
  if (protocol === IpProtocol.tcp) return true;
  return protocol === IpProtocol.udp && !isTunnelPort(ports >>> 16) && !isTunnelPort(ports & 0xffff);
}

/** Both ends of a packet: where their addresses stand in the bytes, and their ports. */
export type PacketEnds = Pick<
  Packet,
  "view" | "addressBytes" | "sourceAddressAt" | "destinationAddressAt" | "sourcePort" | "destinationPort"
>;

/** Whose conversation is between these ends. The same as {@link shardOfFrame} where that tells. */
export function shardOfEnds(ends: PacketEnds, count: number): number {
  return endsHash(ends) % count;
}

/** 32 bits that are the same for both directions of a conversation; others may share them. */
export function endsHash(ends: PacketEnds): number {
  const { view, addressBytes, sourceAddressAt, destinationAddressAt } = ends;
  const ports = (ends.sourcePort << 16) | ends.destinationPort;
  if (addressBytes === 4) return hashOf(view.getInt32(sourceAddressAt) ^ view.getInt32(destinationAddressAt), ports);
  return hashOf(foldIpv6(view, sourceAddressAt), ports);
}

/** 32 bits for what two hosts say to each other at a port of one of them, in either direction; others may share them. */
export function peersHash(
  { view, addressBytes, sourceAddressAt, destinationAddressAt }: Omit<PacketEnds, "sourcePort" | "destinationPort">,
  port: number,
): number {
  if (addressBytes === 4) return hashOf(view.getInt32(sourceAddressAt) ^ view.getInt32(destinationAddressAt), port);
  return hashOf(foldIpv6(view, sourceAddressAt), port);
}

/** Whose conversations are between these ports, whatever the addresses: for ends that have several. */
export function shardOfPorts(sourcePort: number, destinationPort: number, count: number): number {
  return shardOf(0, (sourcePort << 16) | destinationPort, count);
}

/** Both addresses, which stand behind each other, folded into one number. */
function foldIpv6(view: DataView, at: number): number {
  let folded = 0;
  for (let word = 0; word < 32; word += 4) folded ^= view.getInt32(at + word);
  return folded;
}

function shardOf(addresses: number, ports: number, count: number): number {
  return hashOf(addresses, ports) % count;
}

/** Mixes the bits, so that neighbouring ports and addresses are shared out evenly. */
function hashOf(addresses: number, ports: number): number {
  let hash = Math.imul(addresses ^ ((ports >>> 16) ^ (ports & 0xffff)), 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

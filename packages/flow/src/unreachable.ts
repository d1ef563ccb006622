import { type Packet, readQuoted, Transport } from "@weir/wire";
import type { ConnectionMemory } from "./memory/connection-memory.ts";
import { type Conversations, NONE, Word } from "./memory/conversations.ts";
import { Trouble } from "./memory/trouble-record.ts";

/** Destination unreachable codes of ICMP (RFC 792, RFC 1812) and ICMPv6 (RFC 4443), by number. */
const ICMP_CODES = [
  "net unreachable",
  "host unreachable",
  "protocol unreachable",
  "port unreachable",
  "fragmentation needed",
  "source route failed",
  "net unknown",
  "host unknown",
  "source host isolated",
  "net prohibited",
  "host prohibited",
  "net unreachable for type of service",
  "host unreachable for type of service",
  "communication prohibited",
] as const;
const ICMPV6_CODES = [
  "no route",
  "communication prohibited",
  "beyond scope",
  "address unreachable",
  "port unreachable",
  "policy failed",
  "route rejected",
] as const;

/** An ICMP error belongs to the connection whose packet it quotes. */
export function noteUnreachable(packet: Packet, conversations: Conversations, memory: ConnectionMemory): void {
  const quoted = quotedEnds(packet);
  if (quoted === undefined) return;
  const number = conversations.find(quoted.transport, quoted.ends);
  if (number === NONE) return;
  const record = conversations.words[conversations.at(number) + Word.record]!;
  if (record === NONE) return;
  memory.select(record);
  const reason = unreachableReason(packet);
  if (reason !== undefined) memory.needExtras().unreachable ||= reason;
  const mtuBytes = pathMtuBytes(packet);
  if (mtuBytes !== undefined) notePathMtu(memory, mtuBytes);
}

/** Says in words why a packet could not be delivered; undefined where the message is no such verdict. Too big (path MTU) is not an end. */
function unreachableReason(packet: Packet): string | undefined {
  if (packet.transport === Transport.icmp && packet.icmpType === 3 && packet.icmpCode !== 4) {
    return ICMP_CODES[packet.icmpCode] ?? `unreachable, code ${packet.icmpCode}`;
  }
  if (packet.transport === Transport.icmpv6 && packet.icmpType === 1)
    return ICMPV6_CODES[packet.icmpCode] ?? `unreachable, code ${packet.icmpCode}`;
  return undefined;
}

/** Transports whose ports stand first in their header, by protocol number. */
const QUOTED_TRANSPORTS: Readonly<Record<number, Transport>> = {
  6: Transport.tcp,
  17: Transport.udp,
  132: Transport.sctp,
};

/** The ends of the packet that an ICMP error quotes (RFC 792: its IP header and eight bytes), for look-up; undefined where unreadable. */
function quotedEnds(packet: Packet) {
  const { view, bytes, payloadEnd } = packet;
  const quoted = readQuoted(packet);
  const transport = quoted && QUOTED_TRANSPORTS[quoted.protocol];
  if (quoted === undefined || transport === undefined || payloadEnd - quoted.transportAt < 4) return undefined;
  const { sourceAddressAt, addressBytes, transportAt } = quoted;
  return {
    transport,
    ends: {
      bytes,
      view,
      sourceAddressAt,
      destinationAddressAt: sourceAddressAt + addressBytes,
      addressBytes,
      sourcePort: view.getUint16(transportAt),
      destinationPort: view.getUint16(transportAt + 2),
    },
  };
}

const FRAGMENTATION_NEEDED = 4;

/** The MTU that an ICMP message names: fragmentation needed (RFC 1191 §4), or packet too big (RFC 4443 §3.2); undefined where it names none. */
function pathMtuBytes({ transport, icmpType, icmpCode, view, transportAt, payloadEnd }: Packet): number | undefined {
  if (payloadEnd - transportAt < 8) return undefined;
  if (transport === Transport.icmp && icmpType === 3 && icmpCode === FRAGMENTATION_NEEDED)
    return view.getUint16(transportAt + 6) || undefined;
  return transport === Transport.icmpv6 && icmpType === 2 ? view.getUint32(transportAt + 4) : undefined;
}

/** Keeps the smallest MTU that was named for the memory's current connection. */
function notePathMtu(memory: ConnectionMemory, mtuBytes: number): void {
  const at = memory.needTrouble() + Trouble.pathMtuBytes;
  const { ints } = memory.trouble;
  if (ints[at] === 0 || mtuBytes < ints[at]!) ints[at] = mtuBytes;
}

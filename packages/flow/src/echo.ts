import { type Packet, Transport } from "@weir/wire";
import type { ConnectionMemory } from "./memory/connection-memory.ts";
import { CLIENT, NEVER, SideInt, SideReal } from "./memory/connection-record.ts";
import type { Ends } from "./memory/conversations.ts";
import { sampleRoundTrip } from "./tcp/round-trips.ts";

/** Echo messages of ICMP (RFC 792) and ICMPv6 (RFC 4443 §4). */
const ICMP = { request: 8, reply: 0 } as const;
const ICMPV6 = { request: 128, reply: 129 } as const;
const IDENTIFIER_AT = 4;
const SEQUENCE_AT = 6;

/** True for who asks, false for who answers; undefined where a packet is no echo message. */
export function isEchoRequest({ transport, icmpType, transportAt, payloadEnd }: Packet): boolean | undefined {
  const kinds = transport === Transport.icmp ? ICMP : transport === Transport.icmpv6 ? ICMPV6 : undefined;
  if (kinds === undefined || payloadEnd - transportAt < SEQUENCE_AT + 2) return undefined;
  if (icmpType === kinds.request) return true;
  return icmpType === kinds.reply ? false : undefined;
}

/** The ends of an echo's conversation: who asks has its identifier for a port, who answers has none. Reused: overwritten by the next one. */
export class EchoEnds implements Ends {
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(this.bytes.buffer);
  sourceAddressAt = 0;
  destinationAddressAt = 0;
  addressBytes = 4;
  sourcePort = 0;
  destinationPort = 0;

  of(packet: Packet, isRequest: boolean): this {
    const identifier = packet.view.getUint16(packet.transportAt + IDENTIFIER_AT);
    this.bytes = packet.bytes;
    this.view = packet.view;
    this.sourceAddressAt = packet.sourceAddressAt;
    this.destinationAddressAt = packet.destinationAddressAt;
    this.addressBytes = packet.addressBytes;
    this.sourcePort = isRequest ? identifier : 0;
    this.destinationPort = isRequest ? 0 : identifier;
    return this;
  }
}

/** Times a request until the reply of the same sequence number: the round trip from the vantage to who answers. */
export function timeEcho(memory: ConnectionMemory, packet: Packet, isRequest: boolean): void {
  const { ints, reals, base } = memory;
  const asking = base + CLIENT;
  const timedAt = (asking >> 1) + SideReal.timedAtNs;
  const sequence = packet.view.getUint16(packet.transportAt + SEQUENCE_AT);
  if (isRequest) {
    reals[timedAt] = packet.atNs;
    ints[asking + SideInt.timedEnd] = sequence;
  } else if (reals[timedAt] !== NEVER && ints[asking + SideInt.timedEnd] === sequence) {
    sampleRoundTrip(memory, asking, Math.max(0, packet.atNs - reals[timedAt]!));
    reals[timedAt] = NEVER;
  }
}

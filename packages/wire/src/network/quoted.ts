import { type Packet, Verdict } from "../packet.ts";
import { newIpStep, readExtensions } from "./ip.ts";

/** IPv4's and IPv6's headers: where they say what comes behind, and how long they are. */
const V4 = { protocol: 9, source: 12, addressBytes: 4 } as const;
const V6 = { nextHeader: 6, source: 8, addressBytes: 16, bytes: 40 } as const;

/** The network header of a packet that an ICMP error quotes. */
export interface QuotedHeader {
  /** IANA protocol number of what is behind it, and behind its extension headers. */
  readonly protocol: number;
  /** Where that begins. */
  readonly transportAt: number;
  readonly sourceAddressAt: number;
  readonly addressBytes: 4 | 16;
}

/** Reads the header of the packet that an ICMP error quotes (RFC 792, RFC 4443 §2.4); undefined where it is none, or was cut before what is behind it. */
export function readQuoted({ view, quotedAt, payloadEnd }: Packet): QuotedHeader | undefined {
  if (quotedAt < 0 || payloadEnd - quotedAt < 20) return undefined;
  const version = view.getUint8(quotedAt) >> 4;
  if (version === 4) {
    const transportAt = quotedAt + (view.getUint8(quotedAt) & 0x0f) * 4;
    const protocol = view.getUint8(quotedAt + V4.protocol);
    return { protocol, transportAt, sourceAddressAt: quotedAt + V4.source, addressBytes: V4.addressBytes };
  }
  if (version !== 6 || payloadEnd - quotedAt < V6.bytes) return undefined;
  const step = newIpStep();
  step.end = payloadEnd;
  const verdict = readExtensions({ view }, quotedAt + V6.bytes, view.getUint8(quotedAt + V6.nextHeader), step);
  // Only the first fragment has the transport's header.
  if (verdict !== Verdict.ok || step.fragmentOffset > 0) return undefined;
  const { protocol, at } = step;
  return { protocol, transportAt: at, sourceAddressAt: quotedAt + V6.source, addressBytes: V6.addressBytes };
}

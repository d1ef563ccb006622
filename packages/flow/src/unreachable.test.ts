import { concat, ethernet, ipv4, ScriptedCapture } from "@weir/wire/testing";
import { describe, expect, it } from "vitest";
import { runFlow } from "./testing/run-flow.ts";

const CLIENT = "10.0.0.1:40000";
const SERVER = "10.0.0.2:443";
const ROUTER = "10.0.0.254:0";
const CLIENT6 = "2001:db8::1";
const SERVER6 = "2001:db8::2";
const ROUTER6 = "2001:db8::fe";
const [ICMP, TCP, UDP, ICMPV6] = [1, 6, 17, 58] as const;
const ETHER_TYPE_IPV6 = 0x86dd;
const HOP_BY_HOP = 0;

/** The beginning of a segment or datagram from port 40000 to 443; of TCP a SYN. */
function asked(protocol: typeof TCP | typeof UDP): Uint8Array {
  const header = new Uint8Array(protocol === TCP ? 20 : 8);
  const view = new DataView(header.buffer);
  view.setUint16(0, 40_000);
  view.setUint16(2, 443);
  if (protocol === UDP) view.setUint16(4, 8);
  else header.set([5 << 4, 2], 12);
  return header;
}

/** An IPv6 packet between hosts of 2001:db8::/64. */
function ipv6(from: string, to: string, nextHeader: number, payload: Uint8Array): Uint8Array {
  const header = new Uint8Array(40);
  header[0] = 0x60;
  new DataView(header.buffer).setUint16(4, payload.length);
  header[6] = nextHeader;
  header[7] = 64;
  for (const [address, end] of [[from, 8] as const, [to, 24] as const]) {
    header.set([0x20, 0x01, 0x0d, 0xb8], end);
    header[end + 15] = Number.parseInt(address.slice("2001:db8::".length), 16);
  }
  return concat(header, payload);
}

/** An ICMP error: type, code, four bytes of its own, and the packet that it quotes. */
const error = (type: number, code: number, quoted: Uint8Array) =>
  concat(Uint8Array.of(type, code, 0, 0, 0, 0, 0, 0), quoted);

/** A question that nobody answers but a router, with an error of this code. */
function refusedBy(code: number, protocol: typeof TCP | typeof UDP) {
  const capture = new ScriptedCapture();
  const packet = ipv4(CLIENT, SERVER, protocol, asked(protocol));
  capture.frame(ethernet(packet));
  capture.after(1e6);
  capture.frame(ethernet(ipv4(ROUTER, CLIENT, ICMP, error(3, code, packet.subarray(0, 28)))));
  return connectionsOf(capture);
}

/** The same over IPv6. */
function refusedBy6(code: number, protocol: typeof TCP | typeof UDP, type = 1, isExtended = false) {
  const capture = new ScriptedCapture();
  // A header of hop-by-hop options, of eight bytes, before the transport's.
  const extended = concat(Uint8Array.of(protocol, 0, 1, 4, 0, 0, 0, 0), asked(protocol));
  const packet = isExtended
    ? ipv6(CLIENT6, SERVER6, HOP_BY_HOP, extended)
    : ipv6(CLIENT6, SERVER6, protocol, asked(protocol));
  capture.frame(ethernet(packet, ETHER_TYPE_IPV6));
  capture.after(1e6);
  capture.frame(ethernet(ipv6(ROUTER6, CLIENT6, ICMPV6, error(type, code, packet)), ETHER_TYPE_IPV6));
  return connectionsOf(capture);
}

function connectionsOf(capture: ScriptedCapture) {
  return runFlow(capture.toPcap())
    .connections.filter(({ transport }) => transport === "tcp" || transport === "udp")
    .map(({ transport, serverAddress, closeReason, unreachableCode }) => [
      transport,
      serverAddress,
      closeReason,
      unreachableCode,
    ]);
}

describe("an ICMP error ends the connection whose packet it quotes", () => {
  it.each([
    [0, "net unreachable"],
    [1, "host unreachable"],
    [3, "port unreachable"],
    [10, "host prohibited"],
    [13, "communication prohibited"],
    [99, "unreachable, code 99"],
  ])("code %i of IPv4", (code, words) => {
    expect(refusedBy(code, TCP)).toEqual([["tcp", "10.0.0.2", "unreachable", words]]);
    expect(refusedBy(code, UDP)).toEqual([["udp", "10.0.0.2", "unreachable", words]]);
  });

  it.each([
    [0, "no route"],
    [1, "communication prohibited"],
    [3, "address unreachable"],
    [4, "port unreachable"],
    [6, "route rejected"],
  ])("code %i of IPv6", (code, words) => {
    expect(refusedBy6(code, TCP)).toEqual([["tcp", SERVER6, "unreachable", words]]);
    expect(refusedBy6(code, UDP)).toEqual([["udp", SERVER6, "unreachable", words]]);
  });

  it("code 4 of IPv6, of a packet with extension headers", () => {
    expect(refusedBy6(4, TCP, 1, true)).toEqual([["tcp", SERVER6, "unreachable", "port unreachable"]]);
  });

  it("but not where a packet is too big for the path: that is no end", () => {
    expect(refusedBy(4, TCP)).toMatchObject([["tcp", "10.0.0.2", "noAnswer", ""]]);
    expect(refusedBy6(0, TCP, 2)).toMatchObject([["tcp", SERVER6, "noAnswer", ""]]);
  });

  it("nor where data went both ways before, nor another connection's", () => {
    const capture = new ScriptedCapture();
    capture.tcp(CLIENT, SERVER).handshake().send("client", "ask").send("server", "answer").ack("client");
    const other = ipv4("10.0.0.1:40000", "10.0.0.3:443", TCP, asked(TCP));
    capture.frame(ethernet(ipv4(ROUTER, CLIENT, ICMP, error(3, 1, other))));
    expect(connectionsOf(capture)).toEqual([["tcp", "10.0.0.2", "open", ""]]);
    const own = ipv4(CLIENT, SERVER, TCP, asked(TCP));
    capture.frame(ethernet(ipv4(ROUTER, CLIENT, ICMP, error(3, 1, own))));
    expect(connectionsOf(capture)).toEqual([["tcp", "10.0.0.2", "open", "host unreachable"]]);
  });
});

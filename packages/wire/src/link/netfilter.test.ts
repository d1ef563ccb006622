import { describe, expect, it } from "vitest";
import { CaptureReader } from "../capture/reader.ts";
import { Transport } from "../packet.ts";
import { concat, ipv4, ScriptedCapture } from "../testing/index.ts";

const NETLINK = 253;
const LINK_TYPE_AT = 20;
const UDP = Uint8Array.of(0xd6, 0x27, 0, 53, 0, 12, 0, 0, 1, 2, 3, 4);
const PACKET = ipv4("10.0.2.15:54823", "10.0.2.3:53", 17, UDP);

/** A Netlink message of a family and a type, with one attribute before the one that is the packet. */
function message(family: number, type: number, attribute: number): Uint8Array {
  const cooked = new Uint8Array(16);
  cooked[15] = family;
  const header = new Uint8Array(16 + 4);
  new DataView(header.buffer).setUint16(4, type, true);
  const mark = Uint8Array.of(8, 0, 3, 0, 0, 0, 0, 2);
  const length = 4 + PACKET.length;
  return concat(cooked, header, mark, Uint8Array.of(length & 0xff, length >> 8, attribute, 0), PACKET);
}

function read(frame: Uint8Array): { transport: number; destinationPort: number; payloadBytes: number } {
  const capture = new ScriptedCapture();
  capture.frame(frame);
  const pcap = capture.toPcap();
  new DataView(pcap.buffer).setUint32(LINK_TYPE_AT, NETLINK, true);
  const packets: { transport: number; destinationPort: number; payloadBytes: number }[] = [];
  new CaptureReader().push(pcap, ({ transport, destinationPort, payloadBytes }) =>
    packets.push({ transport, destinationPort, payloadBytes }),
  );
  return packets[0] ?? { transport: -1, destinationPort: -1, payloadBytes: -1 };
}

describe("Netlink messages", () => {
  it("of netfilter carry packets: what a program is asked about, and what is logged", () => {
    const carried = { transport: Transport.udp, destinationPort: 53, payloadBytes: 4 };
    expect(read(message(12, 0x0300, 10))).toEqual(carried);
    expect(read(message(12, 0x0400, 9))).toEqual(carried);
  });

  it("of other families, other types and cut short carry none", () => {
    for (const frame of [message(0, 0x0300, 10), message(12, 0x0100, 10), message(12, 0x0300, 9)])
      expect(read(frame).transport).toBe(Transport.none);
    const whole = message(12, 0x0300, 10);
    for (let bytes = 1; bytes < whole.length; bytes += 1) expect(() => read(whole.subarray(0, bytes))).not.toThrow();
  });
});

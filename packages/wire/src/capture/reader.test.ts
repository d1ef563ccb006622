import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Packet, Transport, Verdict } from "../packet.ts";
import { concat, ethernet, ipv4, ScriptedCapture } from "../testing/scripted-capture.ts";
import { toPcapng } from "../testing/scripted-pcapng.ts";
import { CaptureReader } from "./reader.ts";

/** What a packet was, kept beyond the next one. */
const seen = (packet: Packet) => ({
  number: packet.number,
  atNs: packet.atNs,
  from: packet.sourcePort,
  to: packet.destinationPort,
  payload: packet.payloadBytes,
});

function readAll(bytes: Uint8Array, pieceBytes = bytes.length) {
  const reader = new CaptureReader();
  const packets: ReturnType<typeof seen>[] = [];
  for (let at = 0; at < bytes.length; at += Math.max(1, pieceBytes))
    reader.push(bytes.subarray(at, at + pieceBytes), (packet) => packets.push(seen(packet)));
  reader.end((packet) => packets.push(seen(packet)));
  return { packets, summary: reader.summary, startUnixNs: reader.startUnixNs };
}

function talk(): ScriptedCapture {
  const capture = new ScriptedCapture();
  const tcp = capture.tcp("10.0.0.1:40000", "10.0.0.2:80").handshake();
  tcp.send("client", "GET / HTTP/1.1\r\n\r\n");
  capture.after(2_000_123);
  tcp.send("server", "HTTP/1.1 204 No Content\r\n\r\n").close();
  capture.udp("10.0.0.1:5353", "10.0.0.3:53", "hello");
  return capture;
}

/** As Node's Buffer: `slice` and `subarray` are both views. */
class Borrowed extends Uint8Array {
  override slice(start?: number, end?: number) {
    return this.subarray(start, end);
  }
}

describe("reading pcap", () => {
  it("gives bytes that `slice` copies, whatever it is given", () => {
    const chunk = new Borrowed(talk().toPcap());
    const kept: Uint8Array[] = [];
    new CaptureReader().push(chunk, ({ bytes, payloadAt, payloadEnd }) =>
      kept.push(bytes.slice(payloadAt, payloadEnd)),
    );
    chunk.fill(0);
    expect(kept.at(-1)).toEqual(new TextEncoder().encode("hello"));
  });

  it("gives packets with numbers, times and ports", () => {
    const { packets, summary, startUnixNs } = readAll(talk().toPcap());
    expect(summary).toMatchObject({ format: "pcap", packets: 9, problem: undefined, cutPackets: 0 });
    expect(startUnixNs).toBe(1_700_000_000_000_000_000n);
    expect(packets[4]).toEqual({ number: 5, atNs: 3_010_123, from: 80, to: 40_000, payload: 27 });
    expect(packets.at(-1)).toMatchObject({ from: 5353, to: 53, payload: 5 });
  });

  it.each([
    { bigEndian: true, nanoseconds: true },
    { bigEndian: false, nanoseconds: false },
    { bigEndian: true, nanoseconds: false },
  ])("reads every variant alike: %o", (options) => {
    const wanted = readAll(talk().toPcap()).packets;
    const { packets } = readAll(talk().toPcap(options));
    expect(packets.map(({ from, payload }) => [from, payload])).toEqual(
      wanted.map(({ from, payload }) => [from, payload]),
    );
    if (!options.nanoseconds) expect(packets[4]?.atNs).toBe(3_010_000);
  });

  it("counts what the snap length cut, and keeps the claimed length", () => {
    const { packets, summary } = readAll(talk().toPcap({ snapBytes: 60 }));
    expect(summary.cutPackets).toBe(4);
    expect(packets[3]?.payload).toBe(18);
  });

  it("gives the same packets however the bytes are cut", () => {
    const bytes = talk().toPcap();
    const wanted = readAll(bytes).packets;
    for (let pieceBytes = 1; pieceBytes < bytes.length; pieceBytes += 1)
      expect(readAll(bytes, pieceBytes).packets).toEqual(wanted);
  });

  it("keeps what came before a break, and says where it is", () => {
    const bytes = talk().toPcap();
    for (let length = 24; length < bytes.length; length += 1) {
      const { packets, summary } = readAll(bytes.subarray(0, length));
      expect(packets.length).toBeLessThanOrEqual(9);
      if (summary.problem !== undefined) expect(summary.problem.message).toMatch(/breaks off/);
    }
  });

  it("stops at an absurd length", () => {
    const bytes = talk().toPcap();
    new DataView(bytes.buffer).setUint32(24 + 8, 0x7fffffff, true);
    const { packets, summary } = readAll(bytes);
    expect(packets).toEqual([]);
    expect(summary.problem).toMatchObject({ fileOffset: 24, packetNumber: 0 });
  });

  it("counts a clock that runs backwards", () => {
    const capture = new ScriptedCapture();
    capture.after(5e9).udp("10.0.0.1:1", "10.0.0.2:2", "late");
    capture.nowNs = 1e9;
    capture.udp("10.0.0.1:1", "10.0.0.2:2", "early");
    expect(readAll(capture.toPcap()).summary.clockSteps).toBe(1);
  });
});

describe("reading pcapng", () => {
  it("hands over the TLS secrets that it brings along, before the packets that they open", () => {
    const keyLog = "CLIENT_RANDOM 00ff 1234\nCLIENT_RANDOM 01ff 5678\n";
    const pcapng = toPcapng(talk().toPcap(), { keyLog });
    for (const pieceBytes of [1, 7, pcapng.length]) {
      const told: string[] = [];
      const reader = new CaptureReader(undefined, undefined, (text) => told.push(text));
      for (let at = 0; at < pcapng.length; at += pieceBytes)
        reader.push(pcapng.subarray(at, at + pieceBytes), ({ number }) => told.push(`packet ${number}`));
      expect(told.slice(0, 2)).toEqual([keyLog, "packet 1"]);
      expect(told).toHaveLength(1 + talk().packets);
    }
  });
});

describe("whatever the bytes are", () => {
  it("says that it is no capture", () => {
    expect(readAll(new TextEncoder().encode("this is a text file, not a capture")).summary.problem?.message).toMatch(
      /not a capture/,
    );
  });

  it("never throws", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), fc.constantFrom("pcap", "pcapng", "none"), (noise, kind) => {
        const head = {
          pcap: talk().toPcap().slice(0, 24),
          pcapng: Uint8Array.of(0x0a, 0x0d, 0x0d, 0x0a),
          none: new Uint8Array(0),
        }[kind];
        readAll(concat(head, noise), 97);
      }),
    );
  });

  it("never throws on a capture with damaged bytes", () => {
    const bytes = talk().toPcap();
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 20 }), (damage) => {
        const damaged = bytes.slice();
        for (const [at, value] of damage) damaged[at] = value;
        readAll(damaged);
      }),
    );
  });
});

describe("decoding", () => {
  const decode = (frame: Uint8Array) => {
    const capture = new ScriptedCapture();
    capture.frame(frame);
    const reader = new CaptureReader();
    let found: Partial<Packet> = {};
    reader.push(capture.toPcap(), ({ transport, verdict, vlanId, tunnelId, sourcePort, outerCount, payloadBytes }) => {
      found = { transport, verdict, vlanId, tunnelId, sourcePort, outerCount, payloadBytes };
    });
    return found;
  };
  const udp = concat(Uint8Array.of(0x13, 0x88, 0x00, 0x35, 0, 12, 0, 0), new Uint8Array(4));
  const inner = ipv4("192.168.0.1:1", "192.168.0.2:2", 17, udp);

  it("looks through stacked VLAN tags", () => {
    const tagged = ethernet(concat(Uint8Array.of(0x00, 0x07, 0x81, 0x00, 0x00, 0x2a, 0x08, 0x00), inner), 0x88a8);
    expect(decode(tagged)).toMatchObject({ transport: Transport.udp, vlanId: 42, sourcePort: 5000 });
  });

  it("looks through VXLAN, and keeps the outer conversation", () => {
    const vxlan = concat(Uint8Array.of(8, 0, 0, 0, 0, 0, 99, 0), ethernet(inner));
    const header = new Uint8Array(8);
    new DataView(header.buffer).setUint16(2, 4789);
    new DataView(header.buffer).setUint16(4, 8 + vxlan.length);
    const outer = ethernet(ipv4("10.0.0.1:1", "10.0.0.2:2", 17, concat(header, vxlan)));
    expect(decode(outer)).toMatchObject({ transport: Transport.udp, sourcePort: 5000, tunnelId: 99, outerCount: 1 });
  });

  it("looks through MACsec that only protects", () => {
    const tagged = ethernet(concat(Uint8Array.of(0, 0, 0, 0, 0, 1, 0x08, 0x00), inner, new Uint8Array(16)), 0x88e5);
    expect(decode(tagged)).toMatchObject({ transport: Transport.udp, sourcePort: 5000 });
    const encrypted = ethernet(concat(Uint8Array.of(0x0c, 0, 0, 0, 0, 1, 0x08, 0x00), inner), 0x88e5);
    expect(decode(encrypted)).toMatchObject({ verdict: Verdict.notIp });
  });

  it("follows IPv4's authentication header", () => {
    const authentication = concat(Uint8Array.of(17, 4), new Uint8Array(22));
    const packet = ethernet(ipv4("10.0.0.1:1", "10.0.0.2:2", 51, concat(authentication, udp)));
    expect(decode(packet)).toMatchObject({ transport: Transport.udp, sourcePort: 5000 });
  });

  it("gives up a frame that nests without end, instead of overflowing the stack", () => {
    const level = concat(Uint8Array.of(0, 0, 1, 0, 0, 0, 0, 0), new Uint8Array(12), Uint8Array.of(0x88, 0x47));
    const nested = concat(...Array.from({ length: 60_000 / level.length }, () => level));
    expect(decode(ethernet(nested, 0x8847))).toMatchObject({ verdict: Verdict.tooManyLayers });
  });

  it("believes a link layer's own length: what stands behind it is padding", () => {
    const pppoe = concat(Uint8Array.of(0x11, 0, 0, 1, 0, 2 + inner.length, 0, 0x21), inner, new Uint8Array(9));
    const padded = inner.slice();
    new DataView(padded.buffer).setUint16(2, inner.length + 9);
    pppoe.set(padded, 8);
    expect(decode(ethernet(pppoe, 0x8864))).toMatchObject({ sourcePort: 5000, payloadBytes: 4 });
  });

  it("puts fragments together, in any order", () => {
    const capture = new ScriptedCapture();
    const fragment = (from: number, to: number, isLast: boolean) => {
      const packet = ipv4("10.0.0.1:1", "10.0.0.2:2", 17, concat(udp, new Uint8Array(12)).subarray(from, to));
      new DataView(packet.buffer).setUint16(6, (isLast ? 0 : 0x2000) | (from / 8));
      return ethernet(packet);
    };
    capture.frame(fragment(16, 24, true));
    capture.frame(fragment(0, 16, false));
    const found: [number, number][] = [];
    new CaptureReader().push(capture.toPcap(), ({ verdict, sourcePort }) => found.push([verdict, sourcePort]));
    expect(found).toEqual([
      [Verdict.fragmentPending, 0],
      [Verdict.ok, 5000],
    ]);
  });

  it("follows extension headers behind a fragment header", () => {
    const options = concat(Uint8Array.of(17, 0), new Uint8Array(6));
    const whole = concat(options, udp);
    const fragment = (from: number, to: number, isLast: boolean) => {
      const header = new Uint8Array(48);
      header.set([0x60, 0, 0, 0, 0, 8 + to - from, 44, 64]);
      header.set([60, 0, from >> 8, (from & 0xf8) | (isLast ? 0 : 1), 0, 0, 0, 9], 40);
      return ethernet(concat(header, whole.subarray(from, to)), 0x86dd);
    };
    const capture = new ScriptedCapture();
    capture.frame(fragment(0, 8, false));
    capture.frame(fragment(8, whole.length, true));
    let last: unknown;
    new CaptureReader().push(capture.toPcap(), ({ transport, sourcePort }) => {
      last = [transport, sourcePort];
    });
    expect(last).toEqual([Transport.udp, 5000]);
  });

  it("believes no length beyond the frame or the datagram around it", () => {
    const lying = inner.slice();
    new DataView(lying.buffer).setUint16(2, 1500);
    const capture = new ScriptedCapture();
    capture.frame(ethernet(lying));
    capture.frame(ethernet(ipv4("10.0.0.1:1", "10.0.0.2:2", 4, lying)));
    const found: number[] = [];
    new CaptureReader().push(capture.toPcap(), ({ payloadBytes }) => found.push(payloadBytes));
    expect(found).toEqual([4, 4]);
  });
});

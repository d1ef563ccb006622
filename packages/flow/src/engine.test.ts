import { ScriptedCapture, type ScriptedTcp } from "@weir/wire/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runFlow } from "./testing/run-flow.ts";

const SYN = 2;
const RST = 4;
const ACK = 16;

/** A script on one connection, and what the engine makes of it. */
function conversation(script: (tcp: ScriptedTcp, capture: ScriptedCapture) => void) {
  const capture = new ScriptedCapture();
  script(capture.tcp("10.0.0.1:40000", "10.0.0.2:80"), capture);
  const run = runFlow(capture.toPcap());
  return { ...run, connection: run.connections[0] };
}

describe("a forged end before the handshake", () => {
  const { streams } = conversation((tcp) => {
    tcp.segment({ from: "client", flags: SYN });
    tcp.segment({ from: "server", flags: RST | ACK, sequence: 77 });
    tcp.segment({ from: "server", flags: 1 | ACK, sequence: 77 });
    tcp.segment({ from: "server", flags: SYN | ACK });
    tcp.ack("client").send("client", "question").send("server", "answer");
  });

  it("does not end the stream that the SYN-ACK begins", () => {
    expect(streams).toMatchObject({ "tcp 0 client": "question", "tcp 0 server": expect.stringMatching(/answer$/) });
  });
});

describe("a connection that goes well", () => {
  const { connection, streams, notes } = conversation((tcp, capture) => {
    tcp.handshake(2e6);
    capture.after(1e6);
    tcp.send("client", "question");
    capture.after(5e6);
    tcp.send("server", "answer").close();
  });

  it("is complete, and by nobody's fault over", () => {
    expect(connection).toMatchObject({
      completeness: 31,
      closeReason: "closed",
      gradeReasons: [],
      clientFins: 1,
      serverFins: 1,
      directionScore: 255,
    });
  });

  it("has its handshake in parts", () => {
    expect(connection).toMatchObject({
      handshakeServerNs: 2e6,
      handshakeClientNs: 1e4,
      handshakeNs: 2_010_000,
      firstByteNs: 5e6,
    });
  });

  it("has both streams in order, and their ends", () => {
    expect(streams).toEqual({ "tcp 0 client": "question[end]", "tcp 0 server": "answer[end]" });
  });

  it("has nothing worth a note", () => {
    expect(notes).toEqual({});
  });
});

describe("loss and order, by Wireshark's definitions", () => {
  it("counts what is sent again after a pause as a retransmission", () => {
    const { connection, streams } = conversation((tcp, capture) => {
      tcp.handshake().send("client", "question");
      capture.after(300e6);
      tcp.segment({ from: "client", flags: ACK, payload: "question", sequence: 1001 });
      tcp.send("server", "answer");
    });
    expect(connection).toMatchObject({
      clientRetransmissions: 1,
      clientDataSegments: 2,
      clientGoodputBytes: 8,
      clientPayloadBytes: 16,
      retransmissionRatio: 1 / 3,
    });
    expect(streams["tcp 0 client"]).toBe("question");
  });

  it("calls it spurious when it was acknowledged already", () => {
    const { connection } = conversation((tcp, capture) => {
      tcp.handshake().send("client", "question").ack("server");
      capture.after(300e6);
      tcp.segment({ from: "client", flags: ACK, payload: "question", sequence: 1001 });
    });
    expect(connection).toMatchObject({ clientRetransmissions: 1, clientSpuriousRetransmissions: 1 });
  });

  it("calls it fast when two duplicate ACKs asked for it", () => {
    const { connection } = conversation((tcp, capture) => {
      tcp.handshake();
      tcp.next.server += 3;
      tcp.send("server", "def").send("server", "ghi");
      for (let index = 0; index < 3; index += 1) tcp.ack("client", { acknowledgment: 5001 });
      capture.after(5e6);
      tcp.segment({ from: "server", flags: ACK, payload: "abc", sequence: 5001 });
    });
    expect(connection).toMatchObject({ serverFastRetransmissions: 1, serverLostSegments: 1 });
  });

  it("tells reordering from loss by time", () => {
    const { connection, streams } = conversation((tcp, capture) => {
      tcp.handshake(10e6);
      tcp.segment({ from: "server", flags: ACK, payload: "def", sequence: 5004 });
      capture.after(1e5);
      tcp.segment({ from: "server", flags: ACK, payload: "abc", sequence: 5001 });
    });
    expect(connection).toMatchObject({ serverOutOfOrder: 1, serverRetransmissions: 0 });
    expect(streams["tcp 0 server"]).toBe("abcdef");
  });

  it("passes on a hole as a gap when the receiver had it", () => {
    const { streams, connection } = conversation((tcp) => {
      tcp.handshake();
      tcp.next.server += 3;
      tcp.send("server", "def").ack("client");
    });
    expect(streams["tcp 0 server"]).toBe("[3 missing]def");
    expect(connection?.gradeReasons).toContain("captureEnded");
  });
});

describe("windows", () => {
  it("says who is not reading, and for how long", () => {
    const { connection } = conversation((tcp, capture) => {
      tcp.handshake().send("client", "x".repeat(100));
      tcp.ack("server", { window: 0 });
      capture.after(4e9);
      tcp.ack("server", { window: 5000 });
    });
    expect(connection).toMatchObject({
      serverZeroWindows: 1,
      serverZeroWindowNs: 4e9,
      clientZeroWindows: 0,
      serverMinWindowBytes: 0,
    });
  });

  it("knows a probe, and its answer", () => {
    const { connection } = conversation((tcp) => {
      tcp.handshake().send("client", "x");
      tcp.ack("server", { window: 0 });
      tcp.segment({ from: "client", flags: ACK, payload: "y", sequence: tcp.next.client });
      tcp.ack("server", { window: 0 });
    });
    expect(connection).toMatchObject({ clientZeroWindowProbes: 1 });
  });
});

describe("how it ended", () => {
  it.each([
    [
      "refused",
      (tcp: ScriptedTcp) => tcp.segment({ from: "client", flags: SYN }).segment({ from: "server", flags: RST | ACK }),
    ],
    [
      "noAnswer",
      (tcp: ScriptedTcp) =>
        tcp.segment({ from: "client", flags: SYN }).segment({ from: "client", flags: SYN, sequence: 1000 }),
    ],
    ["resetByServer", (tcp: ScriptedTcp) => tcp.handshake().send("client", "question").reset("server")],
    [
      "closedWithReset",
      (tcp: ScriptedTcp) => tcp.handshake().send("client", "question").send("server", "answer").reset("client"),
    ],
    ["open", (tcp: ScriptedTcp) => tcp.handshake().send("client", "question")],
  ])("%s", (reason, script) => {
    expect(conversation((tcp) => script(tcp)).connection?.closeReason).toBe(reason);
  });

  it("a SYN on known ports begins a new connection", () => {
    const { connections, notes } = conversation((tcp) => {
      tcp.handshake().close();
      tcp.next.client = 900_000;
      tcp.handshake();
    });
    expect(connections.map(({ streamNumber }) => streamNumber)).toEqual([0, 1]);
    expect(notes[7]).toEqual(["reusedPorts"]);
  });

  it("forgets what is idle, and goes on with the same number", () => {
    const capture = new ScriptedCapture();
    capture.udp("10.0.0.1:40000", "10.0.0.2:53", "first");
    for (let index = 0; index < 700; index += 1) capture.after(200e6).udp("10.0.0.3:1", "10.0.0.4:2", "filler");
    capture.udp("10.0.0.1:40000", "10.0.0.2:53", "later");
    const own = runFlow(capture.toPcap()).connections.filter(({ clientPort }) => clientPort === 40_000);
    expect(own.map(({ streamNumber, closeReason }) => [streamNumber, closeReason])).toEqual([
      [0, "idle"],
      [0, "open"],
    ]);
  });
});

/** A capture on two interfaces: every packet twice, with the IP identification that its host gave it. */
function seenTwice(pcap: Uint8Array): Uint8Array {
  const view = new DataView(pcap.buffer);
  const parts = [pcap.subarray(0, 24)];
  for (let at = 24, identification = 1; at < pcap.length; identification += 1) {
    const end = at + 16 + view.getUint32(at + 8, true);
    view.setUint16(at + 16 + 14 + 4, identification);
    parts.push(pcap.subarray(at, end), pcap.subarray(at, end));
    at = end;
  }
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

describe("late packets", () => {
  it("make no connection of their own when theirs is over and has left", () => {
    const capture = new ScriptedCapture();
    const tcp = capture.tcp("10.0.0.1:40000", "10.0.0.2:80").handshake().close();
    for (let index = 0; index < 2_100; index += 1) capture.after(20e6).udp("10.0.0.3:1", "10.0.0.4:2", "filler");
    tcp.reset("server");
    const own = runFlow(capture.toPcap()).connections.filter(({ transport }) => transport === "tcp");
    expect(own.map(({ closeReason, serverResets }) => [closeReason, serverResets])).toEqual([["closed", 0]]);
    tcp.send("client", "data is another matter");
    expect(runFlow(capture.toPcap()).connections.filter(({ transport }) => transport === "tcp")).toHaveLength(2);
  });
});

describe("copies", () => {
  it("are told from what was sent again: they cost no ratio and no round trip, and the grade says so", () => {
    const capture = new ScriptedCapture();
    const tcp = capture.tcp("10.0.0.1:40000", "10.0.0.2:80").handshake();
    for (let round = 0; round < 5; round += 1) {
      tcp.send("client", "question");
      capture.after(3e6);
      tcp.ack("server");
    }
    const [health] = runFlow(seenTwice(capture.toPcap())).connections;
    expect(health).toMatchObject({ clientCopies: 7, clientRetransmissions: 6, clientDataRetransmissions: 0 });
    expect(health).toMatchObject({ retransmissionRatio: 0, rttServerSamples: 5, rttServerMinNs: 3e6 });
    expect(health?.gradeReasons).toContain("duplicateVantage");
  });
});

describe("memory", () => {
  it("forgets the numbers of conversations that are over, beyond its limit, and never those of open ones", () => {
    const capture = new ScriptedCapture();
    capture.tcp("10.0.0.1:40000", "10.0.0.2:80").handshake();
    for (let index = 0; index < 7_000; index += 1)
      capture.after(20e6).udp(`10.${index >> 16}.${(index >> 8) & 255}.3:${1 + (index & 255)}`, "10.9.0.4:53", "scan");
    capture.tcp("10.0.0.1:40000", "10.0.0.2:80").send("client", "still there");
    const { connections } = runFlow(capture.toPcap(), { rememberedConversations: 100 });
    const own = connections.filter(({ transport }) => transport === "tcp");
    expect(own.map(({ streamNumber, clientPackets }) => [streamNumber, clientPackets])).toEqual([[0, 3]]);
    expect(new Set(connections.map(({ clientAddress, clientPort }) => `${clientAddress} ${clientPort}`)).size).toBe(
      7_001,
    );
  });
});

describe("streams, however their segments come", () => {
  const text = "the quick brown fox jumps over the lazy dog";

  it("equal what was sent: shuffled, doubled and overlapping", () => {
    const pieces = fc.array(fc.tuple(fc.nat(text.length - 1), fc.integer({ min: 1, max: 12 })), { maxLength: 40 });
    fc.assert(
      fc.property(pieces, fc.integer({ min: 0, max: 0xffff_ffff }), (extra, start) => {
        const whole = Array.from({ length: Math.ceil(text.length / 5) }, (_, index) => [index * 5, 5] as const);
        const mixed = [...extra, ...whole].sort(([a, b], [c, d]) => ((a * 7 + b) % 11) - ((c * 7 + d) % 11));
        const { streams } = conversation((tcp) => {
          tcp.next.client = start;
          tcp.handshake();
          for (const [at, length] of mixed) {
            tcp.segment({
              from: "client",
              flags: ACK,
              payload: text.slice(at, at + length),
              sequence: (start + 1 + at) >>> 0,
            });
          }
        });
        expect(streams["tcp 0 client"]).toBe(text);
      }),
      { numRuns: 60 },
    );
  });

  it("give up a hole at the limit, visibly", () => {
    const capture = new ScriptedCapture();
    const tcp = capture.tcp("10.0.0.1:40000", "10.0.0.2:80").handshake();
    tcp.next.client += 10;
    for (let index = 0; index < 20; index += 1) tcp.send("client", "x".repeat(100));
    const { streams, connections } = runFlow(capture.toPcap(), { reorderBytesPerStream: 1000 });
    expect(streams["tcp 0 client"]).toMatch(/^\[10 missing\]x{2000}$/);
    expect(connections[0]?.gradeReasons).toContain("limitReached");
  });
});

import type { ConnectionHealth } from "@weir/model";
import { CaptureReader } from "@weir/wire";
import {
  chunk,
  concat,
  dataChunk,
  type End,
  ethernet,
  iDataChunk,
  initChunk,
  ipv4,
  ScriptedCapture,
  ScriptedSctp,
  sackChunk,
  uint32,
} from "@weir/wire/testing";
import { describe, expect, it } from "vitest";
import type { HealthReading } from "../contract.ts";
import { FlowEngine } from "../engine.ts";
import { runFlow } from "../testing/run-flow.ts";

const CLIENT: End = "10.0.0.1:40000";
const SERVER: End = "10.0.0.2:3868";

function scripted(): { capture: ScriptedCapture; association: ScriptedSctp } {
  const capture = new ScriptedCapture();
  return { capture, association: new ScriptedSctp(capture, CLIENT, SERVER) };
}

describe("an association", () => {
  it("is a connection with its four steps timed, its messages in order, and its end", () => {
    const { capture, association } = scripted();
    association.handshake(2e6).send("client", "ask");
    capture.after(3e6);
    association.packet("server", [sackChunk(1000), dataChunk(5000, "answer")]);
    association.nextTsn.server += 1;
    capture.after(1e6);
    association.sack("client").close();
    const { connections, streams } = runFlow(capture.toPcap());
    expect(connections).toMatchObject([
      {
        transport: "sctp",
        streamNumber: 0,
        clientAddress: "10.0.0.1",
        serverPort: 3868,
        directionEvidence: "handshake",
        handshakeServerNs: 2e6,
        handshakeClientNs: 1e4,
        handshakeNs: 2e6 + 1e4 + 2e6,
        completeness: 1 | 2 | 4 | 8 | 16,
        clientPackets: 6,
        serverPackets: 4,
        clientDataSegments: 1,
        clientPayloadBytes: 3,
        serverPayloadBytes: 6,
        rttServerSamples: 1,
        rttServerMaxNs: 3e6,
        rttClientMaxNs: 1e6,
        thinkMaxNs: 3e6,
        clientMaxWindowBytes: 65_536,
        clientFins: 1,
        serverFins: 1,
        closedBy: "client",
        closeReason: "closed",
        abortCause: "",
        paths: 1,
        gradeReasons: [],
      },
    ]);
    expect(streams).toEqual({ "sctp 0 client": "ask[end]", "sctp 0 server": "answer[end]" });
  });

  it("tells why it was aborted; an abort with a tag that is nobody's is for nobody", () => {
    const { capture, association } = scripted();
    association.handshake().send("client", "ask");
    association.packet("server", [chunk(6, 0, Uint8Array.of(0, 13, 0, 4))], 0x1234);
    association.packet("server", [chunk(6, 0, Uint8Array.of(0, 4, 0, 4))]);
    expect(runFlow(capture.toPcap()).connections).toMatchObject([
      { abortCause: "out of resource", serverResets: 1, closedBy: "server", closeReason: "resetByServer" },
    ]);
  });

  it("is refused where an abort answers its INIT, and unanswered where nothing does; each INIT with a tag of its own is one", () => {
    const { capture, association } = scripted();
    association.packet("client", [initChunk(1, 7, 1)], 0).packet("server", [chunk(6, 1)], 7);
    association.packet("client", [initChunk(1, 8, 1)], 0);
    capture.after(3e9);
    association.packet("client", [initChunk(1, 8, 1)], 0);
    expect(runFlow(capture.toPcap()).connections).toMatchObject([
      { streamNumber: 0, closeReason: "refused", abortCause: "none given" },
      { streamNumber: 1, closeReason: "noAnswer", synRetransmissions: 1 },
    ]);
  });

  it("keeps one record where an end has several addresses", () => {
    const { capture, association } = scripted();
    association.handshake().send("client", "ask");
    Object.assign(association.ends, { client: "10.1.0.1:40000", server: "10.1.0.2:3868" });
    association.packet("client", [chunk(4, 0, "heartbeat")]);
    capture.after(4e6);
    association
      .packet("server", [chunk(5, 0, "heartbeat")])
      .send("server", "answer")
      .sack("client");
    const { connections, streams } = runFlow(capture.toPcap());
    expect(connections).toMatchObject([
      { serverAddress: "10.0.0.2", paths: 2, clientKeepAlives: 1, serverKeepAliveAcks: 1, rttServerMaxNs: 4e6 },
    ]);
    expect(streams["sctp 0 server"]).toBe("answer");
  });

  it("whose beginning was not captured is found on another path by the tag that its packets carry", () => {
    const { capture, association } = scripted();
    association.send("client", "ask").send("server", "answer");
    Object.assign(association.ends, { client: "10.1.0.1:40000", server: "10.1.0.2:3868" });
    association.send("server", " and more");
    const { connections, streams } = runFlow(capture.toPcap());
    expect(connections).toMatchObject([
      { paths: 2, serverPackets: 2, gradeReasons: ["midStreamStart", "captureEnded"] },
    ]);
    expect(streams["sctp 0 server"]).toBe("answer and more");
  });

  it("that ICMP says cannot be reached is told so: the message quotes its INIT", () => {
    const { capture, association } = scripted();
    association.packet("client", [initChunk(1, 7, 1)], 0);
    const quoted = ipv4(CLIENT, SERVER, 132, concat(Uint8Array.of(0x9c, 0x40, 0x0f, 0x1c), new Uint8Array(4)));
    const unreachable = concat(Uint8Array.of(3, 2, 0, 0, 0, 0, 0, 0), quoted);
    capture.frame(ethernet(ipv4(SERVER, CLIENT, 1, unreachable)));
    expect(runFlow(capture.toPcap()).connections).toMatchObject([
      { transport: "sctp", closeReason: "unreachable", unreachableCode: "protocol unreachable" },
    ]);
  });
});

describe("what was lost", () => {
  it("is sent again, by the timer or because the other side reported it missing, and counted so", () => {
    const { capture, association } = scripted();
    association.handshake();
    association.packet("client", [dataChunk(1000, "a")]).packet("client", [dataChunk(1002, "c")]);
    for (let report = 0; report < 3; report += 1) association.packet("server", [sackChunk(1000, { gaps: [[2, 2]] })]);
    association.packet("client", [dataChunk(1001, "b")]).packet("client", [dataChunk(1002, "c")]);
    association.packet("server", [sackChunk(1002, { duplicates: [1002] })]);
    const { connections, streams } = runFlow(capture.toPcap());
    expect(connections).toMatchObject([
      {
        clientDataSegments: 4,
        clientLostSegments: 1,
        clientRetransmissions: 2,
        clientFastRetransmissions: 1,
        clientTimeoutRetransmissions: 1,
        clientLostBefore: 1,
        clientLostAfter: 1,
        clientOutOfOrder: 0,
        clientGoodputBytes: 3,
        clientRetransmittedBytes: 2,
        serverSackBlocks: 3,
        serverDuplicateSacks: 1,
        retransmissionRatio: 0.5,
      },
    ]);
    expect(streams["sctp 0 client"]).toBe("abc");
  });

  it("was only overtaken where nobody reported it missing", () => {
    const { capture, association } = scripted();
    association.handshake();
    for (const [tsn, text] of [
      [1001, "b"],
      [1000, "a"],
      [1002, "c"],
    ] as const)
      association.packet("client", [dataChunk(tsn, text)]);
    const { connections, streams } = runFlow(capture.toPcap());
    expect(connections).toMatchObject([{ clientOutOfOrder: 1, clientRetransmissions: 0 }]);
    expect(streams["sctp 0 client"]).toBe("abc");
  });

  it("and never came is a gap, behind which the next message begins; its size is not known", () => {
    const { capture, association } = scripted();
    association.handshake();
    association.packet("client", [dataChunk(1000, "be", 2)]);
    association.packet("client", [dataChunk(1002, "rest", 1), dataChunk(1003, "next")]);
    association.packet("server", [sackChunk(1003)]);
    const { connections, streams } = runFlow(capture.toPcap());
    expect(streams["sctp 0 client"]).toBe(`be[${2 ** 40} missing]next`);
    expect(connections).toMatchObject([{ serverUnseenAcked: 0, clientLostSegments: 1 }]);
  });

  it("and was given up by its sender (FORWARD TSN) is a gap too", () => {
    const { capture, association } = scripted();
    association.handshake();
    association.packet("client", [dataChunk(1001, "b")]).packet("client", [chunk(192, 0, uint32(1000))]);
    expect(runFlow(capture.toPcap()).streams["sctp 0 client"]).toBe(`[${2 ** 40} missing]b`);
  });
});

describe("user messages", () => {
  it("in fragments are put together, and what the capture began within is left out", () => {
    const { capture, association } = scripted();
    association.packet("client", [dataChunk(1000, "end of one", 1), dataChunk(1001, "be", 2)]);
    association.packet("client", [dataChunk(1002, "gin", 0), dataChunk(1003, "ning", 1)]);
    expect(runFlow(capture.toPcap()).streams["sctp 0 client"]).toBe(`[${2 ** 40} missing]beginning`);
  });

  it("that come interleaved (I-DATA) are passed on when they are whole", () => {
    const { capture, association } = scripted();
    association.handshake();
    association.packet("client", [iDataChunk(1000, 1, 0, "one ", 2), iDataChunk(1001, 2, 0, "two ", 2)]);
    association.packet("client", [iDataChunk(1002, 2, 1, "too. ", 1), iDataChunk(1003, 1, 1, "more.", 1)]);
    const { connections, streams } = runFlow(capture.toPcap());
    expect(streams["sctp 0 client"]).toBe("two too. one more.");
    expect(connections).toMatchObject([{ clientDataSegments: 4, clientPayloadBytes: 18 }]);
  });

  it("cut by the snap length lack their end, and say it", () => {
    const { capture, association } = scripted();
    association.handshake().send("client", "x".repeat(200));
    const { connections, streams } = runFlow(capture.toPcap({ snapBytes: 100 }));
    expect(streams["sctp 0 client"]).toBe(`${"x".repeat(38)}[162 missing]`);
    expect(connections).toMatchObject([{ clientPayloadBytes: 200, gradeReasons: ["captureEnded", "snapLength"] }]);
  });
});

describe("hostile packets", () => {
  it("of any length and with any damage do no harm", () => {
    const { capture, association } = scripted();
    association
      .handshake()
      .send("client", "ask")
      .sack("server", { gaps: [[2, 3]], duplicates: [9] });
    association.packet("client", [iDataChunk(1001, 1, 0, "one", 2)]).close();
    const pcap = capture.toPcap();
    for (let snapBytes = 1; snapBytes < 120; snapBytes += 1) runFlow(capture.toPcap({ snapBytes }));
    for (let at = 24; at < pcap.length; at += 1) {
      for (const damage of [0x01, 0x80, 0xff]) {
        const damaged = pcap.slice();
        damaged[at] = (damaged[at] ?? 0) ^ damage;
        expect(() => runFlow(damaged)).not.toThrow();
      }
    }
  });

  it("say lengths that are none: a chunk of no length ends the packet, a giant one reaches to its end", () => {
    const { capture, association } = scripted();
    association.handshake();
    association.packet("client", [chunk(0, 3, "", 0), dataChunk(1000, "never read")]);
    association.packet("client", [chunk(0, 3, new Uint8Array(16), 65_535)]);
    association.packet("client", [chunk(3, 0, new Uint8Array([0, 0, 3, 231, 0, 0, 0, 9, 255, 255, 255, 255]))]);
    const { connections } = runFlow(capture.toPcap());
    expect(connections).toMatchObject([{ clientDataSegments: 1, clientPayloadBytes: 4, clientSackBlocks: 0 }]);
  });

  it("begin messages that never end: what is kept of them has a limit, and reaching it is told", () => {
    const { capture, association } = scripted();
    association.handshake();
    for (let message = 0; message < 200; message += 1)
      association.packet("client", [iDataChunk(1000 + message, message, 0, "x".repeat(1000), 2)]);
    association.packet("client", [iDataChunk(1200, 199, 1, "!", 1)]);
    const { connections, streams } = runFlow(capture.toPcap());
    expect(connections[0]?.gradeReasons).toContain("limitReached");
    expect(streams["sctp 0 client"]?.endsWith(`${"x".repeat(1000)}!`)).toBe(true);
  });

  it("jump about in the numbers: holes that are too far make no streams wait", () => {
    const { capture, association } = scripted();
    association.handshake();
    for (let jump = 0; jump < 500; jump += 1)
      association.packet("client", [dataChunk((1000 + jump * 0x1234_5679) >>> 0, "x".repeat(500))]);
    const { connections } = runFlow(capture.toPcap(), { reorderBytesPerStream: 10_000 });
    expect(connections[0]).toMatchObject({ clientDataSegments: 500 });
    expect(connections[0]?.gradeReasons).toContain("limitReached");
  });
});

it("an association with several addresses is one worker's, whole", () => {
  const { capture, association } = scripted();
  association.handshake().send("client", "ask");
  for (let path = 1; path <= 8; path += 1) {
    Object.assign(association.ends, { client: `10.1.0.${path}:40000`, server: `10.1.1.${path}:3868` });
    association.send("server", "x");
  }
  const pcap = capture.toPcap();
  const shares = [0, 1, 2].map((index) => {
    const found: ConnectionHealth[] = [];
    const ignore = () => undefined;
    const sink = { opened: ignore, data: ignore, gap: ignore, ended: ignore, closed: keep };
    function keep(_: unknown, health: HealthReading): void {
      found.push(health.record());
    }
    const engine = new FlowEngine({ sink, shard: { index, count: 3 } });
    new CaptureReader().push(pcap, (packet) => engine.packet(packet));
    engine.finish();
    return found;
  });
  expect(shares.flat()).toMatchObject([{ paths: 9, serverPackets: 10 }]);
});

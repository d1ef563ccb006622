import { type End, ScriptedCapture } from "@weir/wire/testing";
import { describe, expect, it } from "vitest";
import { run } from "./testing/run-pipeline.ts";

/** Ports by which the server is taken for the client: its own is of the ephemeral range, the client's is not. */
const CLIENT: End = "10.0.0.1:9000";
const SERVER: End = "10.0.0.2:45000";
const REQUEST = "GET /orders HTTP/1.1\r\nHost: orders\r\n\r\n";
const RESPONSE = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

const KNOWN = {
  clientAddress: "10.0.0.1",
  clientPort: 9000,
  serverAddress: "10.0.0.2",
  serverPort: 45_000,
  directionScore: 240,
  directionEvidence: "protocol",
};
const ENDS = { clientAddress: "10.0.0.1", clientPort: 9000, serverAddress: "10.0.0.2", serverPort: 45_000 };

describe("a connection whose beginning was not captured, on ports that mislead", () => {
  it("gets its client from the HTTP request, in its own record and in its calls'", () => {
    const capture = new ScriptedCapture();
    const tcp = capture.tcp(CLIENT, SERVER);
    for (let call = 0; call < 3; call += 1) {
      tcp.send("client", REQUEST);
      capture.after(5e6);
      tcp.send("server", RESPONSE).ack("client");
      capture.after(20e6);
    }
    tcp.close();
    const { connections, calls } = run(capture);
    expect(connections).toMatchObject([
      { ...KNOWN, serverService: "orders", protocol: "http", calls: 3, closedBy: "client", closeReason: "closed" },
    ]);
    expect(connections).toMatchObject([
      { clientPackets: 8, serverPackets: 4, thinkMaxNs: 5e6, thinkSamples: 3, clientIdleMaxNs: 20e6, firstByteNs: 5e6 },
    ]);
    expect(calls).toHaveLength(3);
    for (const call of calls) expect(call).toMatchObject({ ...ENDS, operation: "GET", status: "ok", durationNs: 5e6 });
  });

  it("gets it from a response where the request was not captured", () => {
    const capture = new ScriptedCapture();
    const tcp = capture.tcp(CLIENT, SERVER);
    tcp.send("server", RESPONSE).ack("client").reset("server");
    const { connections, calls } = run(capture);
    expect(connections).toMatchObject([{ ...KNOWN, serverPayloadBytes: RESPONSE.length, serverResets: 1 }]);
    expect(calls).toMatchObject([{ ...ENDS, operation: "unknown", statusCode: "200" }]);
  });

  it("keeps what came in the middle of an answer on the right side, a hole and what fills it late as well", () => {
    const capture = new ScriptedCapture();
    const tcp = capture.tcp(CLIENT, SERVER);
    tcp.send("server", "the rest of an answer").ack("client");
    const sequence = tcp.next.server;
    tcp.next.server += 10;
    tcp.send("server", "behind the hole");
    tcp.segment({ from: "client", flags: 24, payload: REQUEST, acknowledgment: sequence });
    tcp.segment({ from: "server", flags: 24, payload: "0123456789", sequence });
    tcp.ack("client").send("server", RESPONSE).ack("client").close("server");
    const { connections, calls } = run(capture);
    expect(connections).toMatchObject([
      { ...KNOWN, serverLostSegments: 1, clientLostSegments: 0, serverOutOfOrder: 1, closedBy: "server", calls: 1 },
    ]);
    expect(calls).toMatchObject([{ ...ENDS, operation: "GET", statusCode: "200", gradeReasons: [] }]);
  });

  it("gets it from a DNS question or answer", () => {
    for (const isAnswer of [false, true]) {
      const capture = new ScriptedCapture();
      if (!isAnswer) capture.udp(CLIENT, SERVER, dnsMessage(false));
      capture.after(1e6).udp(SERVER, CLIENT, dnsMessage(true));
      const { connections, calls } = run(capture);
      expect(connections).toMatchObject([{ ...KNOWN, clientPackets: isAnswer ? 0 : 1, serverPackets: 1 }]);
      expect(calls).toMatchObject([{ ...ENDS, protocol: "dns", target: "a", statusCode: "NXDOMAIN" }]);
    }
  });

  it("does not get it from who announces itself by multicast DNS", () => {
    const capture = new ScriptedCapture();
    capture.udp("10.0.0.1:5353", "224.0.0.251:5353", dnsMessage(true));
    expect(run(capture).connections).toMatchObject([{ clientAddress: "10.0.0.1", directionEvidence: "firstSpeaker" }]);
  });

  it("gets it from a TLS hello", () => {
    const capture = new ScriptedCapture();
    capture.tcp(CLIENT, SERVER).send("client", CLIENT_HELLO);
    expect(run(capture).connections).toMatchObject([{ ...KNOWN, clientPayloadBytes: CLIENT_HELLO.length }]);
  });

  it("says protocol as well where the guess was right", () => {
    const capture = new ScriptedCapture();
    capture.tcp("10.0.0.1:45000", "10.0.0.2:9000").send("client", REQUEST);
    expect(run(capture).connections).toMatchObject([{ clientPort: 45_000, directionEvidence: "protocol" }]);
  });
});

describe("a connection whose handshake was captured", () => {
  it("keeps its client, also where the other side asks", () => {
    const capture = new ScriptedCapture();
    const tcp = capture.tcp(CLIENT, SERVER).handshake();
    tcp.send("server", REQUEST).send("client", RESPONSE).ack("server").close();
    const { connections, calls } = run(capture);
    expect(connections).toMatchObject([{ ...ENDS, directionScore: 255, directionEvidence: "handshake" }]);
    expect(calls).toMatchObject([ENDS]);
  });
});

/** The beginning of a record with a ClientHello. */
const CLIENT_HELLO = Uint8Array.of(22, 3, 1, 0, 100, 1, 0, 0, 96, 3, 3);

/** A question for the address of `a`, or the answer that there is no such name. */
function dnsMessage(isAnswer: boolean): Uint8Array {
  return Uint8Array.of(0, 1, isAnswer ? 0x81 : 1, isAnswer ? 0x83 : 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0x61, 0, 0, 1, 0, 1);
}

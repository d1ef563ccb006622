import { TcpFlag } from "@weir/wire";
import { type End, ScriptedCapture } from "@weir/wire/testing";
import { describe, expect, it } from "vitest";
import { run } from "./testing/run-pipeline.ts";

const CLIENT: End = "10.0.0.1:40000";
const SERVER: End = "10.0.0.2:80";
const MS = 1e6;
const REQUEST = "GET / HTTP/1.1\r\nHost: orders\r\n\r\n";
const SEGMENT_BYTES = 1460;

/** A response in so many segments of 1460 bytes. */
function response(segments: number): string[] {
  const bytes = segments * SEGMENT_BYTES;
  const head = (length: number) => `HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n`;
  const bodyBytes = bytes - head(bytes).length;
  const whole = head(bodyBytes).padEnd(bytes, "x");
  expect(head(bodyBytes)).toHaveLength(bytes - bodyBytes);
  return Array.from({ length: segments }, (_, index) =>
    whole.slice(index * SEGMENT_BYTES, (index + 1) * SEGMENT_BYTES),
  );
}

/** A conversation: the server is 1 ms away from the vantage, there and back, the client 2 ms. */
function conversation() {
  const capture = new ScriptedCapture();
  const tcp = capture.tcp(CLIENT, SERVER);
  tcp.segment({ from: "client", flags: TcpFlag.syn, options: MSS });
  capture.after(MS);
  tcp.segment({ from: "server", flags: TcpFlag.syn | TcpFlag.ack, options: MSS });
  capture.after(2 * MS);
  tcp.ack("client");
  return { capture, tcp };
}
const MSS = Uint8Array.of(2, 4, 0x05, 0xb4);

describe("the split of a call's time", () => {
  it("has client, both networks, server and response, to the nanosecond", () => {
    const { capture, tcp } = conversation();
    capture.after(5 * MS);
    tcp.send("client", REQUEST.slice(0, 10));
    capture.after(3 * MS);
    tcp.send("client", REQUEST.slice(10));
    capture.after(21 * MS);
    const [first = "", second = ""] = response(2);
    tcp.send("server", first);
    capture.after(4 * MS);
    tcp.send("server", second);
    capture.after(2.5 * MS);
    tcp.ack("client").close();
    expect(run(capture).calls).toMatchObject([
      {
        requestNs: 3 * MS,
        waitNs: 21 * MS,
        networkNs: MS,
        serverThinkNs: 20 * MS,
        clientNetworkNs: 2 * MS,
        responseNs: 4 * MS,
        clientReadNs: 0,
        responseAckNs: 2.5 * MS,
        durationNs: 28 * MS,
        timeGrade: "whole",
      },
    ]);
  });

  it("counts as reading how long a closed window held the response up, and not how long acknowledgements take", () => {
    const { capture, tcp } = conversation();
    tcp.window.client = 2 * SEGMENT_BYTES;
    const [first = "", second = "", third = "", fourth = ""] = response(4);
    tcp.send("client", REQUEST);
    capture.after(10 * MS);
    tcp.send("server", first).send("server", second);
    capture.after(7 * MS);
    tcp.ack("client", { window: 0 });
    capture.after(200 * MS);
    // A probe of the closed window changes nothing (RFC 9293 §3.8.6.1).
    tcp.segment({ from: "server", flags: TcpFlag.ack, payload: third.slice(0, 1), sequence: tcp.next.server });
    tcp.ack("client", { window: 0 });
    capture.after(300 * MS);
    tcp.ack("client");
    capture.after(MS);
    tcp.send("server", third).send("server", fourth);
    capture.after(2 * MS);
    tcp.ack("client").close();
    const { calls, connections } = run(capture);
    expect(calls).toMatchObject([
      { clientReadNs: 500 * MS, responseNs: 508 * MS, responseAckNs: 2 * MS, timeGrade: "whole" },
    ]);
    expect(connections).toMatchObject([{ clientZeroWindowNs: 500 * MS }]);
  });

  it("counts a window that is too small for a segment, and not one that only the way fills", () => {
    const { capture, tcp } = conversation();
    tcp.window.client = 2 * SEGMENT_BYTES;
    const parts = response(8);
    tcp.send("client", REQUEST);
    capture.after(10 * MS);
    for (let sent = 0; sent < 6; sent += 2) {
      tcp.send("server", parts[sent] ?? "").send("server", parts[sent + 1] ?? "");
      // The window is full for 30 ms: the network's, since what the client says moves it on at once.
      capture.after(30 * MS);
      tcp.ack("client", sent === 4 ? { window: 100 } : {});
    }
    capture.after(80 * MS);
    tcp.ack("client");
    tcp
      .send("server", parts[6] ?? "")
      .send("server", parts[7] ?? "")
      .ack("client")
      .close();
    expect(run(capture).calls).toMatchObject([{ clientReadNs: 80 * MS, responseNs: 170 * MS }]);
  });

  it("does not count a window that stays small while the server has nothing to say", () => {
    const { capture, tcp } = conversation();
    const [first = "", second = ""] = response(2);
    tcp.send("client", REQUEST);
    tcp.send("server", first).ack("client", { window: 1000 });
    capture.after(50 * MS);
    tcp.send("server", second.slice(0, 1000)).ack("client", { window: 1000 });
    capture.after(50 * MS);
    tcp.send("server", second.slice(1000)).ack("client").close();
    expect(run(capture).calls).toMatchObject([{ clientReadNs: 0, responseNs: 100 * MS }]);
  });

  it("ends where the last segment is acknowledged, also where it had to be sent again behind the vantage", () => {
    const { capture, tcp } = conversation();
    tcp.send("client", REQUEST);
    capture.after(5 * MS);
    const [only = ""] = response(1);
    const sequence = tcp.next.server;
    tcp.send("server", only);
    capture.after(200 * MS);
    tcp.segment({ from: "server", flags: TcpFlag.psh | TcpFlag.ack, payload: only, sequence });
    capture.after(2 * MS);
    tcp.ack("client").close();
    expect(run(capture).calls).toMatchObject([{ responseNs: 0, responseAckNs: 202 * MS, responsePackets: [5, 5] }]);
  });

  it("gives each of several pipelined calls the acknowledgement of its own response", () => {
    const { capture, tcp } = conversation();
    const [only = ""] = response(1);
    tcp.send("client", REQUEST + REQUEST + REQUEST);
    capture.after(5 * MS);
    // The first two responses share a packet, the third one comes later.
    tcp.send("server", only + only);
    const { server } = tcp.next;
    capture.after(MS);
    tcp.send("server", only);
    capture.after(2 * MS);
    tcp.ack("client", { acknowledgment: server });
    capture.after(4 * MS);
    tcp.ack("client").close();
    expect(run(capture).calls).toMatchObject([
      { callId: "test-tcp-0-1", responseAckNs: 3 * MS },
      { callId: "test-tcp-0-2", responseAckNs: 3 * MS },
      { callId: "test-tcp-0-3", responseAckNs: 6 * MS },
    ]);
  });

  it("says what it does not know where the connection began before the capture", () => {
    const capture = new ScriptedCapture();
    const tcp = capture.tcp(CLIENT, SERVER);
    tcp.send("client", REQUEST);
    capture.after(9 * MS);
    tcp.send("server", response(1)[0] ?? "");
    capture.after(3 * MS);
    tcp.ack("client", { window: 0 });
    const [call] = run(capture).calls;
    expect(call).toMatchObject({ waitNs: 9 * MS, clientReadNs: 0, responseAckNs: 3 * MS, clientNetworkNs: 3 * MS });
    expect(call?.timeGrade).toBe("partial");
  });

  it("takes the way to the other side where the server asks", () => {
    const { capture, tcp } = conversation();
    tcp.send("server", REQUEST);
    capture.after(10 * MS);
    tcp.send("client", response(1)[0] ?? "");
    capture.after(MS);
    tcp.ack("server").close();
    const [call] = run(capture).calls;
    expect(call).toMatchObject({ waitNs: 10 * MS, networkNs: 2 * MS, clientNetworkNs: MS, timeGrade: "partial" });
    expect(call?.clientReadNs).toBeUndefined();
    expect(call?.responseAckNs).toBeUndefined();
  });
});

describe("calls that wait for their acknowledgement", () => {
  /** Two conversations: the first one's response is acknowledged 40 ms after the other one's. */
  function slowAndQuick(answer: string) {
    const capture = new ScriptedCapture();
    const [slow, quick] = [capture.tcp(CLIENT, SERVER).handshake(), capture.tcp("10.0.0.3:1", SERVER).handshake()];
    slow.send("client", REQUEST).send("server", answer);
    quick.send("client", REQUEST).send("server", response(1)[0] ?? "");
    capture.after(MS);
    quick.ack("client").close();
    capture.after(39 * MS);
    slow.ack("client").close();
    return run(capture).calls.map(({ clientAddress, responseAckNs }) => [clientAddress, responseAckNs]);
  }

  it("are told as soon as it has come", () => {
    expect(slowAndQuick(response(1)[0] ?? "")).toEqual([
      ["10.0.0.3", MS],
      ["10.0.0.1", 40 * MS],
    ]);
  });

  it("are told before all that were finished behind them where they failed, so that attempts are known in their order", () => {
    expect(slowAndQuick("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")).toEqual([
      ["10.0.0.1", 40 * MS],
      ["10.0.0.3", MS],
    ]);
  });

  it("wait for a second", () => {
    const { capture, tcp } = conversation();
    tcp.send("client", REQUEST).send("server", response(1)[0] ?? "");
    capture.after(1_001 * MS).udp("10.0.0.8:1", "10.0.0.9:2", "anything");
    tcp.ack("client");
    const [call] = run(capture).calls;
    expect(call).toMatchObject({ status: "ok", timeGrade: "whole" });
    expect(call?.responseAckNs).toBeUndefined();
  });
});

describe("a hole that is filled late", () => {
  it("makes a response complete with the packet that filled it", () => {
    const { capture, tcp } = conversation();
    const [first = "", second = "", third = ""] = response(3);
    tcp.send("client", REQUEST);
    capture.after(5 * MS);
    tcp.send("server", first);
    const sequence = tcp.next.server;
    tcp.next.server += SEGMENT_BYTES;
    capture.after(MS);
    tcp.send("server", third).ack("client", { acknowledgment: sequence });
    capture.after(40 * MS);
    tcp.segment({ from: "server", flags: TcpFlag.ack, payload: second, sequence });
    capture.after(2 * MS);
    tcp.ack("client").close();
    expect(run(capture).calls).toMatchObject([
      { responsePackets: [5, 8], responseNs: 41 * MS, durationNs: 46 * MS, responseAckNs: 2 * MS, gradeReasons: [] },
    ]);
  });

  it("makes a request complete with it as well, and keeps where each message began", () => {
    const { capture, tcp } = conversation();
    const sequence = tcp.next.client;
    tcp.next.client += 10;
    tcp.send("client", REQUEST.slice(10) + REQUEST);
    capture.after(30 * MS);
    tcp.segment({ from: "client", flags: TcpFlag.ack, payload: REQUEST.slice(0, 10), sequence });
    capture.after(6 * MS);
    tcp
      .send("server", response(1)[0] + (response(1)[0] ?? ""))
      .ack("client")
      .close();
    const { calls } = run(capture);
    expect(calls).toMatchObject([
      { requestPackets: [5, 5], requestNs: 0, waitNs: 6 * MS },
      { requestPackets: [4, 5], requestNs: 30 * MS, waitNs: 6 * MS },
    ]);
  });

  it("delays an answer that ends with the connection until then", () => {
    const { capture, tcp } = conversation();
    tcp.send("client", REQUEST).send("server", "HTTP/1.0 200 OK\r\n\r\n");
    const sequence = tcp.next.server;
    tcp.next.server += 4;
    capture.after(MS);
    tcp.send("server", "-end").segment({ from: "server", flags: TcpFlag.fin | TcpFlag.ack });
    capture.after(20 * MS);
    tcp.segment({ from: "server", flags: TcpFlag.ack, payload: "late", sequence }).ack("client");
    expect(run(capture).calls).toMatchObject([
      { responseBody: "late-end", responsePackets: [5, 8], responseNs: 21 * MS },
    ]);
  });
});

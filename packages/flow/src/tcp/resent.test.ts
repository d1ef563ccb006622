import { ScriptedCapture, type ScriptedTcp } from "@weir/wire/testing";
import { describe, expect, it } from "vitest";
import { runFlow } from "../testing/run-flow.ts";

const ACK = 16;
const FIN = 1;
const SYN = 2;
const SEGMENT = "x".repeat(100);

/** A script on one connection whose handshake took 10 ms, and the finished numbers of that. The client's payload begins at 1001. */
function conversation(script: (tcp: ScriptedTcp, capture: ScriptedCapture) => void) {
  const capture = new ScriptedCapture();
  script(capture.tcp("10.0.0.1:40000", "10.0.0.2:80").handshake(10e6), capture);
  return runFlow(capture.toPcap()).connections[0];
}

const again = (tcp: ScriptedTcp, sequence: number) =>
  tcp.segment({ from: "client", flags: ACK, payload: SEGMENT, sequence });

/** A SACK option with one block (RFC 2018 §3), and timestamps (RFC 7323 §3.2). */
function sack(from: number, to: number): Uint8Array {
  return options(5, from, to);
}
function stamps(value: number): Uint8Array {
  return options(8, value, 0);
}
function options(kind: number, first: number, second: number): Uint8Array {
  const bytes = new Uint8Array([1, 1, kind, 10, 0, 0, 0, 0, 0, 0, 0, 0]);
  new DataView(bytes.buffer).setUint32(4, first);
  new DataView(bytes.buffer).setUint32(8, second);
  return bytes;
}

describe("why it was sent again", () => {
  it("by the timer, which duplicate ACKs do not put off", () => {
    const connection = conversation((tcp, capture) => {
      tcp.send("client", SEGMENT).send("client", SEGMENT).send("client", SEGMENT);
      capture.after(80e6);
      tcp.ack("server", { acknowledgment: 1001 });
      capture.after(140e6);
      again(tcp, 1001);
    });
    expect(connection).toMatchObject({ clientTimeoutRetransmissions: 1, clientFastRetransmissions: 0 });
  });

  it("by SACK, where nobody waited and something behind it arrived", () => {
    const connection = conversation((tcp, capture) => {
      for (let count = 0; count < 5; count += 1) tcp.send("client", SEGMENT);
      capture.after(10e6);
      tcp.ack("server", { acknowledgment: 1101, options: sack(1201, 1501) });
      capture.after(10e6);
      again(tcp, 1101);
    });
    expect(connection).toMatchObject({ clientFastRetransmissions: 1, clientTimeoutRetransmissions: 0 });
    expect(connection).toMatchObject({ clientLostAfter: 1, clientLostBefore: 0 });
  });

  it("by the timer, a SYN and a FIN as well", () => {
    const capture = new ScriptedCapture();
    const tcp = capture.tcp("10.0.0.1:40000", "10.0.0.2:80").segment({ from: "client", flags: SYN, sequence: 1000 });
    capture.after(1e9);
    tcp.handshake().segment({ from: "client", flags: ACK | FIN, sequence: 1001 });
    capture.after(250e6);
    tcp.segment({ from: "client", flags: ACK | FIN, sequence: 1001 });
    const connection = runFlow(capture.toPcap()).connections[0];
    expect(connection).toMatchObject({ clientTimeoutRetransmissions: 2, clientLostAfter: 1 });
  });
});

describe("where it was lost", () => {
  it("nowhere, where the other side says that it came twice", () => {
    const connection = conversation((tcp, capture) => {
      tcp.send("client", SEGMENT);
      capture.after(250e6);
      again(tcp, 1001);
      capture.after(10e6);
      tcp.ack("server", { acknowledgment: 1101, options: sack(1001, 1101) });
    });
    expect(connection).toMatchObject({ clientTimeoutRetransmissions: 1, clientLostAfter: 0, serverDuplicateSacks: 1 });
  });
});

describe("in which order it was sent", () => {
  const jumpedOver = (stamp: number) =>
    conversation((tcp, capture) => {
      tcp.segment({ from: "client", flags: ACK, payload: SEGMENT, sequence: 1101, options: stamps(500) });
      capture.after(stamp < 500 ? 30e6 : 3e6);
      tcp.segment({ from: "client", flags: ACK, payload: SEGMENT, sequence: 1001, options: stamps(stamp) });
    });

  it("a segment with an older time stamp was overtaken, however late it comes", () => {
    expect(jumpedOver(499)).toMatchObject({ clientOutOfOrder: 1, clientRetransmissions: 0, clientLostBefore: 0 });
  });

  it("one with a younger time stamp was sent again, however soon it comes", () => {
    expect(jumpedOver(501)).toMatchObject({ clientOutOfOrder: 0, clientRetransmissions: 1, clientLostBefore: 1 });
  });
});

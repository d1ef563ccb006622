import { ScriptedCapture, type ScriptedTcp } from "@weir/wire/testing";
import { describe, expect, it } from "vitest";
import { runFlow } from "../testing/run-flow.ts";

const SYN = 2;
const ACK = 16;
const FIN = 1;

/** A script on one connection, and the finished numbers of that. */
function conversation(script: (tcp: ScriptedTcp) => void) {
  const capture = new ScriptedCapture();
  script(capture.tcp("10.0.0.1:40000", "10.0.0.2:80"));
  return runFlow(capture.toPcap()).connections[0];
}

describe("bytes in flight", () => {
  it("begin with the first byte that a side sent, where nobody has acknowledged anything", () => {
    const connection = conversation((tcp) => tcp.send("client", "question"));
    expect(connection).toMatchObject({ clientMaxBytesInFlight: 8 });
  });

  it("are payload: a FIN is none", () => {
    const connection = conversation((tcp) => {
      tcp.handshake().send("client", "four");
      tcp.segment({ from: "client", flags: ACK | FIN, payload: "more" });
    });
    expect(connection).toMatchObject({ clientMaxBytesInFlight: 8 });
  });

  it("are beyond the highest ACK, not beyond one that was overtaken", () => {
    const connection = conversation((tcp) => {
      tcp.handshake().send("client", "x".repeat(100)).send("client", "x".repeat(100));
      tcp.ack("server", { acknowledgment: 1201 }).ack("server", { acknowledgment: 1101 });
      tcp.send("client", "x".repeat(150));
    });
    expect(connection).toMatchObject({ clientMaxBytesInFlight: 200 });
  });

  it("begin anew with a SYN-ACK that has another sequence number", () => {
    const connection = conversation((tcp) => {
      tcp.segment({ from: "client", flags: SYN, sequence: 1000, acknowledgment: 0 });
      tcp.segment({ from: "server", flags: ACK, sequence: 2_000_000_000, acknowledgment: 7 });
      tcp.segment({ from: "client", flags: SYN, sequence: 1000, acknowledgment: 0 });
      tcp.segment({ from: "server", flags: SYN | ACK, sequence: 5000, acknowledgment: 1001 });
      tcp.next.client = 1001;
      tcp.next.server = 5001;
      tcp.send("server", "answer");
    });
    expect(connection).toMatchObject({ serverMaxBytesInFlight: 6, serverGoodputBytes: 6 });
  });
});

describe("bytes that were not captured", () => {
  it("may have stood right before a FIN", () => {
    const connection = conversation((tcp) => {
      tcp.handshake().send("server", "answer");
      tcp.next.server += 50;
      tcp.close();
    });
    expect(connection).toMatchObject({ serverNotCapturedBytes: 50, clientNotCapturedBytes: 0 });
  });
});

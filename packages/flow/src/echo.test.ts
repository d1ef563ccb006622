import { type End, ethernet, ipv4, ScriptedCapture } from "@weir/wire/testing";
import { describe, expect, it } from "vitest";
import { runFlow } from "./testing/run-flow.ts";

const REQUEST = 8;
const REPLY = 0;

/** An echo message with 32 bytes to send back. */
function echo(capture: ScriptedCapture, from: End, to: End, type: number, sequence: number, identifier = 77): void {
  const message = new Uint8Array(40);
  const view = new DataView(message.buffer);
  view.setUint8(0, type);
  view.setUint16(4, identifier);
  view.setUint16(6, sequence);
  capture.frame(ethernet(ipv4(from, to, 1, message)));
}

describe("pings", () => {
  it("are a conversation, timed until the reply of the same number; one without a reply counts as a packet alone", () => {
    const capture = new ScriptedCapture();
    for (let sequence = 1; sequence <= 4; sequence += 1) {
      echo(capture, "10.0.0.1:0", "10.0.0.2:0", REQUEST, sequence);
      capture.after(sequence * 1e6);
      if (sequence !== 3) echo(capture, "10.0.0.2:0", "10.0.0.1:0", REPLY, sequence);
      capture.after(1e9);
    }
    const { connections } = runFlow(capture.toPcap());
    expect(connections).toHaveLength(1);
    expect(connections[0]).toMatchObject({
      transport: "icmp",
      streamNumber: 0,
      clientAddress: "10.0.0.1",
      serverAddress: "10.0.0.2",
      directionEvidence: "protocol",
      clientPackets: 4,
      serverPackets: 3,
      clientPayloadBytes: 4 * 32,
      rttServerSamples: 3,
      rttServerMinNs: 1e6,
      rttServerMaxNs: 4e6,
      closeReason: "open",
    });
  });

  it("of two programs are told apart by their identifiers, and a reply alone still says who asked", () => {
    const capture = new ScriptedCapture();
    echo(capture, "10.0.0.1:0", "10.0.0.2:0", REQUEST, 1, 5);
    echo(capture, "10.0.0.2:0", "10.0.0.1:0", REPLY, 1, 6);
    const { connections } = runFlow(capture.toPcap());
    expect(connections.map(({ clientAddress, clientPort }) => [clientAddress, clientPort])).toEqual([
      ["10.0.0.1", 5],
      ["10.0.0.1", 6],
    ]);
  });
});

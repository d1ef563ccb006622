import { CaptureReader } from "@weir/wire";
import { ScriptedCapture } from "@weir/wire/testing";
import { describe, expect, it } from "vitest";
import { FlowEngine } from "./engine.ts";
import { RECORD_BYTES } from "./memory/connection-record.ts";

const ignore = () => undefined;

/** Reads a capture and keeps the health of its connections; gives back the bytes that were allocated for it on the heap. */
function allocatedBy(pcap: Uint8Array): number {
  const engine = new FlowEngine({
    streams: false,
    sink: { opened: ignore, data: ignore, gap: ignore, ended: ignore, closed: ignore },
  });
  const reader = new CaptureReader();
  const before = process.memoryUsage().heapUsed;
  reader.push(pcap, (packet) => engine.packet(packet));
  return process.memoryUsage().heapUsed - before;
}

describe("memory", () => {
  it("holds an open connection in a record of at most 600 bytes", () => {
    expect(RECORD_BYTES).toBeLessThanOrEqual(600);
  });
});

describe("the hot path", () => {
  it("allocates nothing for the packets of connections that are open", () => {
    const capture = new ScriptedCapture();
    const conversations = Array.from({ length: 20 }, (_, index) =>
      capture.tcp(`10.0.0.${index + 1}:40000`, "10.0.1.1:80").handshake(),
    );
    for (let round = 0; round < 500; round += 1) {
      for (const conversation of conversations) conversation.send("client", "a request").ack("server");
    }
    const pcap = capture.toPcap();
    const packets = 20 * (3 + 2 * 500);
    // Once compiled, the same again: what is left is the engine itself and its connections. A collection in between makes it negative, and is tried again.
    const measured = Array.from({ length: 12 }, () => allocatedBy(pcap)).filter((bytes) => bytes >= 0);
    expect(Math.min(...measured) / packets).toBeLessThan(8);
  });
});

import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { CaptureReader, Packet, Transport, Verdict } from "@weir/wire";
import { decodeAnyShape, Reassembler } from "@weir/wire/testing";
import { describe, expect, it } from "vitest";
import { corpusOrSkip } from "./corpus.ts";

const captures = corpusOrSkip();

/** What decoding fills in; compared field by field. */
const DECODED = [
  "verdict",
  "vlanId",
  "tunnel",
  "tunnelId",
  "outerCount",
  "ipVersion",
  "sourceAddressAt",
  "destinationAddressAt",
  "addressBytes",
  "ipProtocol",
  "ttl",
  "trafficClass",
  "ipIdentification",
  "reassembled",
  "transport",
  "sourcePort",
  "destinationPort",
  "transportAt",
  "payloadAt",
  "payloadEnd",
  "payloadBytes",
  "tcpSequence",
  "tcpAcknowledgment",
  "tcpFlags",
  "tcpWindow",
  "tcpOptionsAt",
  "tcpOptionsEnd",
  "quotedAt",
] as const satisfies readonly (keyof Packet)[];

/** The same frame, decoded from layer to layer. */
function decodedGenerally(packet: Packet, reassembler: Reassembler): Packet {
  const again = new Packet();
  const { linkType, wireBytes, capturedBytes, frame, frameStart, frameEnd, atNs } = packet;
  Object.assign(again, { linkType, wireBytes, capturedBytes, atNs, bytes: frame, start: frameStart, end: frameEnd });
  again.view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  decodeAnyShape(again, reassembler);
  return again;
}

describe.skipIf(captures.length === 0)("packets of the common shape, in every real capture", () => {
  it("decode to the same as when they are decoded from layer to layer", () => {
    let compared = 0;
    const differing: string[] = [];
    for (const { name, path } of captures) {
      const bytes = readFileSync(path);
      const reassembler = new Reassembler();
      const reader = new CaptureReader();
      reader.push(bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes, (packet) => {
        const again = decodedGenerally(packet, reassembler);
        if (packet.transport !== again.transport) differing.push(`${name} ${packet.number} transport`);
        if (packet.transport !== Transport.tcp || packet.verdict !== Verdict.ok || packet.reassembled) return;
        compared += 1;
        const field = DECODED.find((each) => packet[each] !== again[each]);
        if (field !== undefined) differing.push(`${name} ${packet.number} ${field}`);
      });
    }
    expect(differing).toEqual([]);
    expect(compared).toBeGreaterThan(10_000);
  });
});

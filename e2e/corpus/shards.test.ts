import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { FlowEngine, joinShards } from "@weir/flow";
import type { ConnectionHealth } from "@weir/model";
import { CaptureReader, type Shard } from "@weir/wire";
import { describe, expect, it } from "vitest";
import { corpusOrSkip } from "./corpus.ts";

const captures = corpusOrSkip();
const ignore = () => undefined;

/** The connections that an engine finds in a capture, or in its share of it. */
function connectionsOf(bytes: Uint8Array, shard?: Shard): ConnectionHealth[] {
  const connections: ConnectionHealth[] = [];
  const engine = new FlowEngine({
    streams: false,
    sink: {
      opened: ignore,
      data: ignore,
      gap: ignore,
      ended: ignore,
      closed: (_, health) => connections.push(health.record()),
    },
    ...(shard === undefined ? {} : { shard }),
  });
  const reader = new CaptureReader(shard, (atNs) => engine.otherPacket(atNs));
  reader.push(bytes, (packet) => engine.packet(packet));
  engine.finish();
  return connections;
}

describe.skipIf(captures.length === 0)("a capture read in shares", () => {
  it("has the same connections, numbers and all, as read by one", () => {
    const differing: string[] = [];
    let compared = 0;
    for (const { name, path } of captures) {
      const file = readFileSync(path);
      const bytes = file[0] === 0x1f && file[1] === 0x8b ? gunzipSync(file) : file;
      const whole = joinShards([connectionsOf(bytes)], (health) => health);
      const shares = [0, 1, 2].map((index) => connectionsOf(bytes, { index, count: 3 }));
      const joined = joinShards(shares, (health, streamNumber) => ({ ...health, streamNumber }));
      compared += whole.length;
      // A client that was told by servers seen before may be another where another share saw them.
      const isTold = whole.map(({ directionEvidence }) => directionEvidence === "history");
      const [those, these] = [joined, whole].map((all) => JSON.stringify(all.filter((_, index) => !isTold[index])));
      if (those !== these) differing.push(name);
    }
    expect(differing).toEqual([]);
    expect(compared).toBeGreaterThan(1_000);
  });
});

import type { MapEdge } from "@weir/http-contract";
import { describe, expect, it } from "vitest";
import { layoutMap, lineWidth } from "./map-layout.ts";

const edge = (clientService: string, serverService: string, callsPerSecond = 1): MapEdge => ({
  clientService,
  serverService,
  serverPort: 80,
  transport: "tcp",
  protocols: ["http"],
  connections: 1,
  failedConnections: 0,
  calls: 1,
  callErrors: 0,
  callsPerSecond,
  bytes: 1,
  retransmissionRatio: 0,
  health: "ok",
  findingIds: [],
});

describe("layoutMap", () => {
  it("puts who asks to the left of who answers", () => {
    const { nodes } = layoutMap({ services: [], edges: [edge("frontend", "gateway"), edge("gateway", "orders")] });
    const x = (name: string) => nodes.find((node) => node.name === name)?.x ?? Number.NaN;
    expect(x("frontend")).toBeLessThan(x("gateway"));
    expect(x("gateway")).toBeLessThan(x("orders"));
  });
});

describe("lineWidth", () => {
  it("grows with the rate, within bounds", () => {
    expect(lineWidth(edge("a", "b", 100))).toBeGreaterThan(lineWidth(edge("a", "b", 1)));
    expect(lineWidth(edge("a", "b", 1e9))).toBeLessThanOrEqual(7.5);
  });
});

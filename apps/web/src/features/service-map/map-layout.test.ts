import type { MapEdge } from "@weir/http-contract";
import { describe, expect, it } from "vitest";
import { labelPlace, layoutMap, lineWidth, pathOf } from "./map-layout.ts";

const edge = (clientService: string, serverService: string, more: Partial<MapEdge> = {}): MapEdge => ({
  clientService,
  serverService,
  serverPort: 80,
  transport: "tcp",
  protocols: ["http"],
  connections: 1,
  failedConnections: 0,
  calls: 1,
  callErrors: 0,
  callsPerSecond: 1,
  bytes: 1,
  retransmissionRatio: 0,
  health: "ok",
  findingIds: [],
  verdicts: [],
  ...more,
});

describe("layoutMap", () => {
  it("puts who asks to the left of who answers", () => {
    const { nodes } = layoutMap({ services: [], edges: [edge("frontend", "gateway"), edge("gateway", "orders")] });
    const x = (name: string) => nodes.find((node) => node.name === name)?.x ?? Number.NaN;
    expect(x("frontend")).toBeLessThan(x("gateway"));
    expect(x("gateway")).toBeLessThan(x("orders"));
  });

  it("gives a service the worst health of those who ask it", () => {
    const { nodes } = layoutMap({
      services: [],
      edges: [edge("a", "c", { health: "degraded" }), edge("b", "c", { health: "bad" }), edge("c", "d")],
    });
    expect(nodes.map(({ name, health }) => `${name} ${health}`).sort()).toEqual(["a ok", "b ok", "c bad", "d ok"]);
  });

  it("survives services that ask each other, and themselves", () => {
    const { lines } = layoutMap({ services: [], edges: [edge("a", "b"), edge("b", "a"), edge("a", "a")] });
    expect(lines.every(({ points }) => points.length > 0)).toBe(true);
  });
});

describe("lineWidth", () => {
  it("grows with the rate, within bounds", () => {
    expect(lineWidth(edge("a", "b", { callsPerSecond: 100 }))).toBeGreaterThan(lineWidth(edge("a", "b")));
    expect(lineWidth(edge("a", "b", { callsPerSecond: 1e9 }))).toBeLessThanOrEqual(7.5);
  });
});

describe("pathOf and labelPlace", () => {
  it("begin at the first point, end at the last, label in the middle", () => {
    const points = [
      { x: 0, y: 0 },
      { x: 10, y: 4 },
      { x: 20, y: 8 },
    ];
    expect(pathOf(points)).toBe("M0,0Q10,4 15,6L20,8");
    expect(labelPlace(points)).toEqual({ x: 10, y: 4 });
    expect(labelPlace([])).toBeUndefined();
  });
});

import type { ControlRule } from "@weir/http-contract";
import { describe, expect, it } from "vitest";
import { KeptEdges, type KeptEnds } from "./kept-edges.ts";

const BODIES: ControlRule = {
  ruleId: "r",
  kind: "bodies",
  edge: { clientService: "web", serverService: "orders" },
  fromUnixMs: 0,
  untilUnixMs: 1,
  by: "anna",
};

describe("edges that are read whole", () => {
  const sampling: ControlRule = { ...BODIES, kind: "sampling" };
  const web = {
    transport: "tcp",
    clientAddress: "10.0.0.1",
    clientService: "web",
    serverAddress: "10.0.0.2",
    serverService: "orders",
    serverPort: 80,
  } as const;
  const ends: KeptEnds = { clientAddress: "10.0.0.1", serverAddress: "10.0.0.2", serverPort: 80 };

  it("are known by the connections that were seen, before the rule or after it", () => {
    const told: (readonly KeptEnds[])[] = [];
    const edges = new KeptEdges((kept) => void told.push(kept));
    edges.see(web);
    edges.see({ ...web, serverService: "payments", serverAddress: "10.0.0.3" });
    edges.apply([sampling, BODIES]);
    edges.see({ ...web, clientAddress: "10.0.0.9" });
    edges.see(web);
    edges.apply([]);
    expect(told).toEqual([[ends], [ends, { ...ends, clientAddress: "10.0.0.9" }], []]);
  });
});

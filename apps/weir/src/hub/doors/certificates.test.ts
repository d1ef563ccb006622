import { describe, expect, it } from "vitest";
import { Certificates } from "./certificates.ts";

const certificates = new Certificates([
  { name: "gateway.agents.test", role: "viewer", payloads: false },
  { name: "*.agents.test", role: "agent", payloads: false },
  { name: "spiffe://shop.test/weir-agent", role: "agent", payloads: false },
]);
const of = (names: readonly string[], nowMs = 0) => certificates.callerOf({ names, validToMs: 1_000 }, nowMs);

describe("a caller's certificate", () => {
  it("tells who it is by its names, and the access file what they may do", () => {
    expect(of(["web-1.agents.test"])).toEqual({ name: "web-1.agents.test", rights: new Set(["ingest"]) });
    expect(of(["spiffe://shop.test/weir-agent"])).toMatchObject({ name: "spiffe://shop.test/weir-agent" });
    expect(of(["gateway.agents.test"])).toMatchObject({ rights: new Set(["read"]) });
  });

  it("is nobody's where a star would have to stand for none or for several labels, or for a part of a URI", () => {
    expect(of(["agents.test"])).toBeUndefined();
    expect(of(["a.b.agents.test"])).toBeUndefined();
    expect(of(["spiffe://x.agents.test"])).toBeUndefined();
    expect(of([])).toBeUndefined();
  });

  it("is nobody's any more when it is over, also on a connection that goes on", () => {
    expect(of(["web-1.agents.test"], 999)).toBeDefined();
    expect(of(["web-1.agents.test"], 1_000)).toBeUndefined();
  });
});

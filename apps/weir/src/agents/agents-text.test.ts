import type { AgentView } from "@weir/http-contract";
import { describe, expect, it } from "vitest";
import { agentsText, rulesText } from "./agents-text.ts";

const agent = (agentId: string, control: AgentView["control"], isConnected = true) =>
  ({ agentId, control, isConnected, cpuParts: [] }) as Partial<AgentView> as AgentView;

describe("agents as text", () => {
  it("is one line each: how it follows, and why it does not", () => {
    const why = '"tcp prt" is no filter of packets';
    const agents = [
      agent("node-1", { isAllowed: true, version: 3, settings: {}, rules: [] }),
      agent("node-2", { isAllowed: true, version: 2, refused: { version: 3, why }, settings: {}, rules: [] }),
      agent("node-3", { isAllowed: false, settings: {}, rules: [] }, false),
    ];
    expect(agentsText(agents, 3)).toBe(
      `node-1  version 3\nnode-2  version 2, version 3 is wanted, not taken: ${why}\nnode-3  silent, as started\n`,
    );
    expect(agentsText([], 1)).toBe("no agent has reported\n");
  });

  it("say what they use of a processor, and which part of them does", () => {
    const cpuParts = [
      { part: "capture", cpuNs: 9e9, lastMinuteRatio: 0.02 },
      { part: "main", cpuNs: 2e9, lastMinuteRatio: 0.005 },
    ];
    const busy = { ...agent("node-1", undefined), cpuParts };
    expect(agentsText([busy], 1)).toBe("node-1  as started, CPU 2.5 % (capture 2.0 %, main 0.5 %)\n");
  });

  it("tells of rules for how long they go on", () => {
    const edge = { clientService: "web", serverService: "orders", serverPort: 80 };
    const rule = { ruleId: "r1", kind: "bodies", edge, fromUnixMs: 0, untilUnixMs: 600_000, by: "anna" } as const;
    expect(rulesText([rule], 0)).toMatch(/^r1 {2}bodies of web to orders:80, 10.* left, asked for by anna\n$/);
    expect(rulesText([], 0)).toBe("nothing is on for a while\n");
  });
});

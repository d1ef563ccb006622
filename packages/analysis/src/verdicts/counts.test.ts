import { describe, expect, it } from "vitest";
import { connection, times } from "../testing/records.ts";
import { VerdictCounts } from "./counts.ts";
import { ConnectionJudge } from "./judge.ts";

describe("the sum of an edge", () => {
  it("says how many connections arrived at which outcome", () => {
    const judge = new ConnectionJudge();
    const counts = new VerdictCounts();
    const edge = [
      ...times(28, () => connection()),
      ...times(2, () => connection({ serverDataSegments: 100, serverDataRetransmissions: 9, serverLostAfter: 9 })),
      connection({ transport: "udp" }),
    ];
    for (const each of edge) counts.add({ ...each, ...judge.outcomesOf(each) });
    expect(counts.list()).toMatchObject([
      { tree: "handshake", outcome: "quick", connections: 30 },
      { tree: "failing", outcome: "working", connections: 30 },
      { tree: "slow", outcome: "healthy", kind: "healthy", connections: 28 },
      { tree: "slow", outcome: "lossAfterVantage", title: "loss behind the vantage", connections: 2 },
    ]);
  });
});

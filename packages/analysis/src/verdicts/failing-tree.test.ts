import { NS_PER_MS, NS_PER_S, NS_PER_US } from "@weir/base";
import { FAILING_VERDICTS } from "@weir/model";
import { describe, expect, it } from "vitest";
import { DEFAULT_CONFIG } from "../config.ts";
import { outcomesIn, verdictOf } from "../testing/verdicts.ts";
import { failingTree } from "./failing-tree.ts";

const failing = (changes: Parameters<typeof verdictOf>[1]) => verdictOf("failing", changes);
const titles = (outcomes: readonly { readonly outcome: string }[]) => outcomes.map(({ outcome }) => outcome);

describe("the failing tree", () => {
  it("arrives at every outcome of the model, and at no other", () => {
    // A connection of which only some packets were captured is not asked at all: sampled-tree.ts.
    expect(outcomesIn(failingTree(DEFAULT_CONFIG)).add("sampled")).toEqual(new Set(FAILING_VERDICTS));
  });

  it("finds nothing on a connection that worked, and says what it ruled out", () => {
    const verdict = failing({});
    expect(verdict).toMatchObject({ outcome: "working", kind: "healthy", because: [] });
    expect(titles(verdict.refuted)).toEqual(expect.arrayContaining(["refused", "resetByServer", "serverVanished"]));
  });

  it("judges nothing where one direction is missing: all stays open", () => {
    const verdict = failing({ serverPackets: 0, closeReason: "noAnswer", completeness: 13 });
    expect(verdict).toMatchObject({ outcome: "oneDirection", kind: "undecided", refuted: [] });
    expect(titles(verdict.open)).toContain("silentlyDropped");
  });
});

describe("connections that never came to work", () => {
  const refused = { closeReason: "refused", completeness: 33, serverPackets: 1, serverResets: 1 } as const;

  it("refused: a reset is an answer", () => {
    const verdict = failing({ ...refused, resetTtl: 61 });
    expect(verdict.outcome).toBe("refused");
    expect(titles(verdict.open)).toEqual(["refusedByMiddlebox"]);
    expect(verdict.because).toEqual(["the server sent nothing else on this connection to compare it with"]);
  });

  it("refused by somebody else, where the server said something from another distance", () => {
    expect(failing({ ...refused, serverPackets: 2, resetTtl: 63, serverTtl: 55 }).outcome).toBe("refusedByMiddlebox");
  });

  it("unreachable, and forbidden: ICMP says which", () => {
    const of = (unreachableCode: string) => failing({ closeReason: "unreachable", unreachableCode }).outcome;
    expect([of("host unreachable"), of("communication prohibited")]).toEqual(["unreachable", "prohibited"]);
  });

  it("silently dropped only where the SYN was sent again", () => {
    const noAnswer = { closeReason: "noAnswer", completeness: 1, serverPackets: 0 } as const;
    expect(failing({ ...noAnswer, synRetransmissions: 3 }).outcome).toBe("silentlyDropped");
    expect(failing(noAnswer)).toMatchObject({ outcome: "noAnswerYet", kind: "undecided" });
  });

  it("never completed by the client only where the server asked again", () => {
    const incomplete = { closeReason: "handshakeIncomplete", completeness: 3 } as const;
    expect(failing({ ...incomplete, synAckRetransmissions: 4 }).outcome).toBe("clientNeverCompleted");
    expect(failing({ ...incomplete, gradeReasons: ["captureEnded"] }).because).toEqual([
      "it was still open when the capture ended: its ACK may have come",
    ]);
  });

  it("full accept queues, and rejections after the handshake", () => {
    expect(failing({ closeReason: "acceptQueueFull" }).outcome).toBe("acceptQueueFull");
    expect(failing({ closeReason: "handshakeResetByServer" }).outcome).toBe("rejectedByServer");
    expect(failing({ closeReason: "handshakeResetByClient" })).toMatchObject({
      outcome: "abandonedByClient",
      kind: "note",
    });
  });
});

describe("connections that were cut", () => {
  const reset = { closeReason: "resetByServer", serverResets: 1, resetTtl: 61, serverTtl: 61 } as const;

  it("by the server, by the client, or by a client that gave up", () => {
    expect(failing(reset).outcome).toBe("resetByServer");
    const byClient = { closeReason: "resetByClient", clientResets: 1, resetTtl: 64 } as const;
    expect(failing(byClient).outcome).toBe("resetByClient");
    expect(failing({ ...byClient, callErrors: 1 }).outcome).toBe("clientGaveUp");
  });

  it("by a middlebox: from another distance", () => {
    expect(failing({ ...reset, resetTtl: 55 }).outcome).toBe("resetByMiddlebox");
    // 255 and 64 are both what a sender five hops away may show: systems send resets with a TTL of their own.
    expect(failing({ ...reset, serverTtl: 59, resetTtl: 250 }).outcome).toBe("resetByServer");
  });

  it("by a middlebox: sooner than the server can have answered", () => {
    const far = { ...reset, serverPackets: 2, handshakeServerNs: 40 * NS_PER_MS };
    expect(failing({ ...far, resetAfterNs: 300 * NS_PER_US }).outcome).toBe("resetByMiddlebox");
    expect(failing({ ...far, resetAfterNs: 41 * NS_PER_MS }).outcome).toBe("resetByServer");
    // Where the server had said more, the packet before the reset may have been its own.
    expect(failing({ ...far, serverPackets: 5, resetAfterNs: 300 * NS_PER_US }).outcome).toBe("resetByServer");
  });

  it("by an idle limit, after a long silence", () => {
    expect(failing({ ...reset, longestStallNs: 350 * NS_PER_S }).outcome).toBe("resetWhenIdle");
  });

  it("by nobody: one side vanished", () => {
    expect(failing({ closeReason: "timedOutByClient" }).outcome).toBe("serverVanished");
    expect(failing({ closeReason: "timedOutByServer" }).outcome).toBe("clientVanished");
    expect(failing({ closeReason: "keepAliveFailed", serverKeepAlives: 5 }).outcome).toBe("clientVanished");
  });

  it("by the client's FIN, without a word of the server", () => {
    const silent = { closedBy: "client", callErrors: 1, serverDataSegments: 0 } as const;
    expect(failing(silent).outcome).toBe("neverAnswered");
    // A server to which logs are shipped never says anything.
    expect(failing({ ...silent, calls: 0, callErrors: 0 }).outcome).toBe("working");
  });

  it("half: a FIN that was not answered, unless the capture ended before", () => {
    const half = { closeReason: "halfClosedByClient", clientFins: 1, serverFins: 0 } as const;
    expect(failing(half).outcome).toBe("serverNeverClosed");
    expect(failing({ ...half, gradeReasons: ["captureEnded"] })).toMatchObject({
      outcome: "working",
      open: [{ outcome: "serverNeverClosed" }],
    });
  });
});

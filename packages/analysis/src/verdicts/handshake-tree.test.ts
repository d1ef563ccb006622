import { NS_PER_MS, NS_PER_S } from "@weir/base";
import { HANDSHAKE_VERDICTS } from "@weir/model";
import { describe, expect, it } from "vitest";
import { DEFAULT_CONFIG } from "../config.ts";
import { outcomesIn, verdictOf } from "../testing/verdicts.ts";
import { handshakeTree } from "./handshake-tree.ts";

const handshake = (changes: Parameters<typeof verdictOf>[1]) => verdictOf("handshake", changes);
const taking = (handshakeNs: number) => ({
  handshakeNs,
  handshakeServerNs: handshakeNs * 0.9,
  handshakeClientNs: handshakeNs * 0.1,
});

describe("the handshake tree", () => {
  it("arrives at every outcome of the model, and at no other", () => {
    // A connection of which only some packets were captured is not asked at all: sampled-tree.ts.
    expect(outcomesIn(handshakeTree(DEFAULT_CONFIG)).add("sampled")).toEqual(new Set(HANDSHAKE_VERDICTS));
  });

  it("rules the path out where the handshake is quick, and names the band and the distance", () => {
    const verdict = handshake(taking(0.4 * NS_PER_MS));
    expect(verdict).toMatchObject({ outcome: "quick", kind: "healthy" });
    expect(verdict.steps.at(-1)?.measured).toBe("400 µs: excellent, as between nodes of a zone");
    expect(handshake(taking(0.05 * NS_PER_MS)).steps.at(-1)?.measured).toContain("as within one node");
  });

  it("tells ordinary from far by the field's bands", () => {
    expect(handshake(taking(7 * NS_PER_MS)).outcome).toBe("ordinary");
    expect(handshake(taking(20 * NS_PER_MS)).outcome).toBe("far");
  });

  it("says on which side of the vantage a long handshake lies", () => {
    expect(handshake(taking(80 * NS_PER_MS)).outcome).toBe("farFromServer");
    const towardsClient = {
      handshakeNs: 80 * NS_PER_MS,
      handshakeServerNs: NS_PER_MS,
      handshakeClientNs: 79 * NS_PER_MS,
    };
    expect(handshake(towardsClient).outcome).toBe("farFromClient");
  });

  it("takes a time-out for what it is, and not for distance", () => {
    expect(handshake({ ...taking(1.02 * NS_PER_S), synRetransmissions: 1 }).outcome).toBe("synLost");
    expect(handshake({ ...taking(1.02 * NS_PER_S), synAckRetransmissions: 1 }).outcome).toBe("synAckLost");
  });

  it("cannot tell where the connection began before the capture, or one direction is missing", () => {
    expect(handshake({ completeness: 8, handshakeNs: undefined, gradeReasons: ["midStreamStart"] })).toMatchObject({
      outcome: "notCaptured",
      kind: "undecided",
      because: ["it began before the capture did"],
    });
    expect(handshake({ serverPackets: 0, handshakeNs: undefined }).because).toEqual([
      "only one direction was captured",
    ]);
  });

  it("leaves what came of an attempt that failed to the failing tree", () => {
    expect(handshake({ completeness: 33, handshakeNs: undefined, closeReason: "refused" }).outcome).toBe(
      "notCompleted",
    );
  });
});

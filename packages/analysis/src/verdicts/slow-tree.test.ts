import { NS_PER_MS, NS_PER_S } from "@weir/base";
import { type Connection, SLOW_VERDICTS } from "@weir/model";
import { describe, expect, it } from "vitest";
import { DEFAULT_CONFIG } from "../config.ts";
import { outcomesIn, verdictOf } from "../testing/verdicts.ts";
import { slowTree } from "./slow-tree.ts";

const slow = (changes: Partial<Connection>, config?: Parameters<typeof verdictOf>[2]) =>
  verdictOf("slow", changes, config);
/** A transfer of a thousand segments, of which the server had to send some again. */
const resent = (count: number): Partial<Connection> => ({
  serverDataSegments: 1_000,
  serverDataRetransmissions: count,
});

describe("the slow tree", () => {
  it("arrives at every outcome of the model, and at no other", () => {
    // A connection of which only some packets were captured is not asked at all: sampled-tree.ts.
    expect(outcomesIn(slowTree(DEFAULT_CONFIG)).add("sampled")).toEqual(new Set(SLOW_VERDICTS));
  });

  it("asks every question of a healthy connection", () => {
    const verdict = slow({});
    expect(verdict).toMatchObject({ outcome: "healthy", kind: "healthy", packets: [] });
    expect(verdict.refuted.map(({ outcome }) => outcome)).toEqual(
      expect.arrayContaining(["serverNotReading", "loss", "farPath", "serverThinking"]),
    );
  });

  it("has nothing to say without data", () => {
    expect(slow({ clientDataSegments: 0, serverDataSegments: 0 }).outcome).toBe("noData");
  });

  it("holds numbers against thresholds that may be changed", () => {
    expect(slow(resent(20)).outcome).toBe("loss");
    expect(slow(resent(20), { lossDegradedRatio: 0.03 }).outcome).toBe("healthy");
  });
});

describe("receiver back-pressure", () => {
  it("is told from loss, and which side does not read", () => {
    const full = { serverZeroWindowNs: 3 * NS_PER_S, serverZeroWindows: 7, ...resent(100) };
    expect(slow(full).outcome).toBe("serverNotReading");
    expect(slow({ clientZeroWindowNs: NS_PER_S }).outcome).toBe("clientNotReading");
  });

  it("is not decided where the capture ended before the window opened", () => {
    const verdict = slow({ serverZeroWindows: 1, gradeReasons: ["captureEnded"] });
    expect(verdict).toMatchObject({ outcome: "windowClosedAtEnd", kind: "undecided" });
    expect(verdict.open.map(({ outcome }) => outcome)).toEqual(["serverNotReading", "clientNotReading"]);
  });

  it("a window that is always full and never closed is too small for the path", () => {
    const far = { handshakeServerNs: 9 * NS_PER_MS, rttServerMinNs: 9 * NS_PER_MS };
    const full = { ...far, serverWindowFull: 20, serverMaxBytesInFlight: 65_000, clientMaxWindowBytes: 65_535 };
    expect(slow(full).outcome).toBe("windowTooSmall");
    expect(slow({ ...full, serverMaxBytesInFlight: 20_000 }).outcome).toBe("healthy");
    // The same window every 0.4 ms is more than most links carry.
    expect(slow({ ...full, handshakeServerNs: 0.3 * NS_PER_MS }).outcome).toBe("healthy");
  });
});

describe("loss", () => {
  it("says on which side of the vantage", () => {
    expect(slow({ ...resent(20), serverLostBefore: 18, serverLostAfter: 2 }).outcome).toBe("lossBeforeVantage");
    expect(slow({ ...resent(20), serverLostAfter: 20 }).outcome).toBe("lossAfterVantage");
    expect(slow(resent(20))).toMatchObject({
      outcome: "loss",
      because: ["it is not known whether the lost segments had passed the vantage"],
    });
  });

  it("says whether it is severe, and how it was repaired", () => {
    const step = (changes: Partial<Connection>) =>
      slow(changes).steps.find(({ question }) => question === "Is the loss severe?");
    expect(step(resent(20))?.outcome).toBe("ruledOut");
    expect(step({ ...resent(80), serverFastRetransmissions: 70, serverTimeoutRetransmissions: 10 })).toMatchObject({
      outcome: "taken",
      measured: "7.9 %, 70 sent again quickly, 10 after a time-out, 0 as a probe of the last segment",
    });
  });

  it("counts one lost segment that let everybody wait", () => {
    const one = {
      serverDataRetransmissions: 1,
      longestStallNs: NS_PER_S,
      longestStallReason: "acknowledgment",
    } as const;
    expect(slow({ ...one, longestStallPacket: 17 })).toMatchObject({ outcome: "loss", packets: [17] });
  });

  it("does not count repeats of what had arrived", () => {
    expect(slow({ ...resent(100), serverSpuriousRetransmissions: 100 }).outcome).toBe("healthy");
  });

  it("is not decidable where the capture itself lacks or repeats packets", () => {
    expect(slow({ ...resent(100), gradeReasons: ["duplicateVantage"] })).toMatchObject({
      outcome: "lossUnsure",
      because: ["the capture holds packets more than once"],
    });
    expect(slow(resent(500))).toMatchObject({ outcome: "lossUnsure", because: [] });
  });

  it("goes by bytes where offloading had put segments together", () => {
    const superFrames = { gradeReasons: ["superFrames"], serverPayloadBytes: 10_000_000, clientPayloadBytes: 0 };
    expect(slow({ ...resent(50), ...superFrames, serverRetransmittedBytes: 20_000 }).outcome).toBe("healthy");
    expect(slow({ ...resent(50), ...superFrames, serverRetransmittedBytes: 600_000 }).outcome).toBe("loss");
  });
});

describe("path MTU trouble", () => {
  const stuck: Partial<Connection> = {
    serverTimeoutRetransmissions: 5,
    serverDataRetransmissions: 5,
    serverRetransmittedBytes: 5 * 1_448,
    serverLargestSegmentBytes: 1_448,
    serverGoodputBytes: 2_000,
  };

  it("is what stops only the largest segments", () => {
    expect(slow(stuck).outcome).toBe("pathMtuBlackHole");
    expect(slow({ ...stuck, serverRetransmittedBytes: 5 * 700 }).outcome).not.toBe("pathMtuBlackHole");
  });

  it("is not there where large segments were seen to pass", () => {
    expect(slow({ ...stuck, serverGoodputBytes: 900_000 }).outcome).not.toBe("pathMtuBlackHole");
    expect(slow({ ...stuck, serverLostBefore: 5 }).outcome).not.toBe("pathMtuBlackHole");
  });

  it("is the sender's fault where a router had said so", () => {
    expect(slow({ ...stuck, pathMtuBytes: 1_400 }).outcome).toBe("pathMtuIgnored");
  });
});

describe("the path", () => {
  const trips = (minNs: number, meanNs: number, p95Ns: number, deviationNs: number): Partial<Connection> => ({
    rttServerMinNs: minNs,
    rttServerMeanNs: meanNs,
    rttServerMaxNs: p95Ns * 1.2,
    rttServerP95Ns: p95Ns,
    rttServerDeviationNs: deviationNs,
    rttServerSamples: 100,
    clientMaxBytesInFlight: 60_000,
  });

  it("congested: routers said so", () => {
    expect(slow({ serverPackets: 1_000, serverCongestionMarks: 40 }).outcome).toBe("congestion");
    expect(slow({ serverPackets: 1_000, serverCongestionMarks: 4 }).outcome).toBe("healthy");
  });

  it("bufferbloat: round trips shoot up to many times the smallest", () => {
    expect(slow(trips(5e6, 60e6, 400e6, 90e6)).outcome).toBe("bufferbloat");
  });

  it("congested: round trips stay long", () => {
    expect(slow(trips(60e6, 250e6, 500e6, 140e6)).outcome).toBe("congestion");
  });

  it("an ACK that was held back is neither, and few round trips say nothing", () => {
    const heldBack = { ...trips(0.2e6, 60e6, 210e6, 70e6), clientMaxBytesInFlight: 600 };
    expect(slow(heldBack).outcome).toBe("healthy");
    const few = slow({ ...trips(5e6, 60e6, 400e6, 90e6), rttServerSamples: 3, rttClientSamples: 2 });
    expect(few.outcome).toBe("healthy");
    expect(few.because).toEqual(["too few round trips were measured"]);
    const holes = slow({ ...trips(5e6, 60e6, 400e6, 90e6), gradeReasons: ["missingSegments"] });
    expect(holes.because).toEqual(["data that was acknowledged is not in the capture"]);
  });

  it("far: the wait is made of the round trip, and not of thinking", () => {
    const far = { ...trips(40e6, 41e6, 42e6, 1e6), handshakeServerNs: 40e6, firstByteNs: 45 * NS_PER_MS };
    expect(slow(far).outcome).toBe("farPath");
    expect(slow({ ...far, firstByteNs: 5 * NS_PER_S }).outcome).toBe("serverThinking");
    // The only ACK came with the answer: the handshake says how far it really is.
    expect(slow({ ...far, handshakeServerNs: 0.3e6 }).outcome).toBe("healthy");
  });
});

describe("waiting", () => {
  it("for TLS, where its beginning takes much longer than the handshake", () => {
    const tls = { protocol: "tls", connectionTimeNs: NS_PER_MS, firstByteNs: 300 * NS_PER_MS };
    expect(slow(tls).outcome).toBe("tlsOverhead");
    expect(slow({ ...tls, protocol: "http" }).outcome).toBe("healthy");
  });

  it("for the server, before or in the middle of an answer", () => {
    expect(slow({ thinkMaxNs: 3 * NS_PER_S, thinkMeanNs: NS_PER_S, thinkSamples: 4 }).outcome).toBe("serverThinking");
    const unanswered = { longestStallNs: 4 * NS_PER_S, longestStallReason: "serverThinking" } as const;
    expect(slow({ ...unanswered, thinkMaxNs: undefined }).outcome).toBe("serverThinking");
    expect(slow({ longestStallNs: 4 * NS_PER_S, longestStallReason: "serverPausing" }).outcome).toBe("serverPausing");
  });

  it("for nobody: the client had nothing to ask", () => {
    const idle = { durationNs: 60 * NS_PER_S, clientIdleMeanNs: 19 * NS_PER_S, clientIdleSamples: 3 };
    expect(slow(idle)).toMatchObject({ outcome: "clientIdle", kind: "healthy" });
  });

  it("cannot be told from one direction", () => {
    const verdict = slow({
      serverPackets: 0,
      thinkMaxNs: undefined,
      firstByteNs: undefined,
      rttServerMinNs: undefined,
      handshakeServerNs: undefined,
      gradeReasons: ["oneDirection"],
    });
    expect(verdict).toMatchObject({ outcome: "notMeasured", kind: "undecided" });
    expect(verdict.open.map(({ outcome }) => outcome)).toEqual(expect.arrayContaining(["farPath", "serverThinking"]));
  });
});

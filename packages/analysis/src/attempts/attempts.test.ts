import { NS_PER_MS } from "@weir/base";
import type { Call, Retry } from "@weir/model";
import { describe, expect, it } from "vitest";
import { at, call, NO_ANSWER } from "../testing/records.ts";
import { fitBackoff } from "./backoff.ts";
import { AttemptGrouper } from "./grouper.ts";

/** What a grouper says of calls: each call as it is told, and the retries. */
function grouped(calls: readonly Call[]): { told: Call[]; retries: Retry[] } {
  const retries: Retry[] = [];
  const grouper = new AttemptGrouper((retry) => retries.push(retry));
  const told = calls.map((each) => grouper.call(each));
  grouper.finish();
  return { told, retries };
}

const failed = (seconds: number, changes: Partial<Call> = {}) =>
  call({ startedAt: at(seconds), status: "serverError", statusCode: "503", durationNs: 100 * NS_PER_MS, ...changes });
const fine = (seconds: number, changes: Partial<Call> = {}) => call({ startedAt: at(seconds), ...changes });

describe("attempts of one logical call", () => {
  it("are known by the same request soon after a failure", () => {
    const { told, retries } = grouped([failed(0), failed(1.1), failed(3.2), fine(7.3)]);
    expect(told.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4]);
    expect(told.map(({ attemptEvidence }) => attemptEvidence)).toEqual([
      "",
      "sameRequest",
      "sameRequest",
      "sameRequest",
    ]);
    expect(told[3]?.firstAttemptId).toBe(told[0]?.callId);
    expect(retries).toMatchObject([
      {
        attempts: 4,
        outcome: "ok",
        failures: ["503", "503", "503", ""],
        gapsNs: [1_000, 2_000, 4_000].map((ms) => ms * NS_PER_MS),
        evidence: "sameRequest",
        backoff: "exponential",
        backoffBaseNs: 1_000 * NS_PER_MS,
      },
    ]);
  });

  it("say who gave each of them up", () => {
    const gaveUp = { ...NO_ANSWER, endedBy: "client", abandonedAfterNs: 2_000 * NS_PER_MS } as const;
    const { retries } = grouped([failed(0, gaveUp), failed(2.1, { ...NO_ANSWER, endedBy: "server" }), fine(3)]);
    expect(retries[0]?.failures).toEqual(["clientGaveUp", "serverClosed", ""]);
  });

  it("are known by trace and span where a proxy tries again, without any wait", () => {
    const trace = { traceId: "t".repeat(32), parentSpanId: "s".repeat(16) };
    const { retries } = grouped([
      failed(0, { ...trace, serverService: "payments-1" }),
      fine(0.101, { ...trace, serverService: "payments-2" }),
    ]);
    expect(retries).toMatchObject([{ evidence: "sameSpan", backoff: "immediate", attempts: 2 }]);
  });

  it("are counted by Envoy's header, also where the first was not seen", () => {
    const count = (value: string) => ({ attributes: { "http.request.header.x-envoy-attempt-count": value } });
    const { told, retries } = grouped([failed(0, count("2")), fine(0.2, count("3"))]);
    expect(told.map(({ attempt }) => attempt)).toEqual([2, 3]);
    expect(retries).toMatchObject([{ attempts: 3, evidence: "attemptHeader" }]);
  });

  it("are counted by a gRPC client from the second on, in heads that get shorter, however often it asks the same", () => {
    const grpc = (seconds: number, requestBytes: number, previous?: string) => ({
      startedAt: at(seconds),
      requestBytes,
      attributes: {
        "network.protocol.version": "2",
        "http.request.body.size": "41",
        ...(previous === undefined ? {} : { "http.request.header.grpc-previous-rpc-attempts": previous }),
      },
    });
    const polls = Array.from({ length: 10 }, (_, index) => fine(index, grpc(index, 60)));
    const { told, retries } = grouped([
      ...polls,
      failed(20, grpc(20, 171)),
      failed(20.2, grpc(20.2, 90, "1")),
      failed(20.5, grpc(20.5, 70, "2")),
      failed(21, grpc(21, 60)),
      fine(21.2, grpc(21.2, 70, "1")),
    ]);
    expect(told.slice(10).map(({ attempt }) => attempt)).toEqual([1, 2, 3, 1, 2]);
    expect(told.slice(10).map(({ firstAttemptId }) => firstAttemptId)).toEqual([
      undefined,
      told[10]?.callId,
      told[10]?.callId,
      undefined,
      told[13]?.callId,
    ]);
    expect(retries).toMatchObject([
      { attempts: 2, evidence: "attemptHeader", outcome: "ok" },
      { attempts: 3, evidence: "attemptHeader", outcome: "serverError" },
    ]);
  });

  it("are known by an idempotency key, however different their bodies look", () => {
    const key = { attributes: { "http.request.header.idempotency-key": "k-1" } };
    const { retries } = grouped([failed(0, { ...key, requestBody: "a" }), fine(9, { ...key, requestBody: "b" })]);
    expect(retries).toMatchObject([{ evidence: "idempotencyKey", attempts: 2 }]);
  });

  it("are none where the first succeeded, where the client was wrong, or where another body is sent", () => {
    expect(grouped([fine(0), fine(1)]).retries).toEqual([]);
    expect(grouped([failed(0, { status: "clientError", statusCode: "404" }), fine(1)]).retries).toEqual([]);
    expect(grouped([failed(0, { requestBody: "a" }), fine(1, { requestBody: "b" })]).retries).toEqual([]);
  });

  it("are none where the client asks the same all the time anyway", () => {
    const polls = Array.from({ length: 10 }, (_, index) => fine(index));
    expect(grouped([...polls, failed(10), fine(11)]).retries).toEqual([]);
  });

  it("are none where the next request began before the failure was known, without an id", () => {
    expect(grouped([failed(0), fine(0.05)]).retries).toEqual([]);
  });
});

describe("fitBackoff", () => {
  const ms = (...gaps: number[]) => gaps.map((gap) => gap * NS_PER_MS);
  it.each([
    ["immediate", ms(0.1, 0.2)],
    ["fixed", ms(500, 510, 495)],
    ["exponential", ms(100, 201, 399)],
    ["exponentialJitter", ms(90, 350, 380, 1_500)],
    ["jitter", ms(300, 120, 480, 250)],
    ["overlapping", ms(-30, 10)],
    ["unknown", ms(250)],
    ["unknown", []],
  ])("%s", (backoff, gaps) => {
    expect(fitBackoff(gaps).backoff).toBe(backoff);
  });
});

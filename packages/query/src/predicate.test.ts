import type { Call, Connection } from "@weir/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { predicate } from "./predicate.ts";
import { filterOf, testEnvironment } from "./testing/check.ts";
import { anyFilterText } from "./testing/filters.ts";
import { anyCall, anyConnection } from "./testing/records.ts";

const [connection, call] = [
  fc.sample(anyConnection, { numRuns: 1, seed: 1 })[0]!,
  fc.sample(anyCall, { numRuns: 1, seed: 1 })[0]!,
];

interface Asked {
  readonly about?: Partial<Connection>;
  readonly of?: Partial<Call>;
  readonly among?: readonly Partial<Call>[];
}

function matches(text: string, { about = {}, of, among = [] }: Asked): boolean {
  const asked = of === undefined ? undefined : { ...call, ...of };
  const calls = among.map((each) => ({ ...call, ...each }));
  return predicate(filterOf(text))({ ...connection, ...about }, asked, calls);
}

describe("predicate", () => {
  it("asks a connection", () => {
    const refused = {
      transport: "tcp",
      closeReason: "refused",
      serverPort: 443,
      gradeReasons: ["snapLength"],
    } as const;
    expect(matches('connection.closeReason == "refused" && server.port == 443', { about: refused })).toBe(true);
    expect(matches('connection.closeReason in ["closed", "open"]', { about: refused })).toBe(false);
    expect(matches('"snapLength" in connection.gradeReasons', { about: refused })).toBe(true);
    expect(matches("size(connection.gradeReasons) > 1", { about: refused })).toBe(false);
  });

  it("asks a call with its connection", () => {
    const about = { transport: "tcp", retransmissionRatio: 0.2 } as const;
    const of = { protocol: "http", attributes: { "http.response.status_code": "503", "url.path": "/pay/7" } };
    expect(matches("tcp.retransmissionRatio > 0.01 && http.statusCode >= 500", { about, of })).toBe(true);
    expect(matches('http.path.matches("^/pay/\\\\d+$")', { about, of })).toBe(true);
    expect(matches('call.attributes["url.path"] == "/pay/7"', { about, of })).toBe(true);
    expect(matches("dns.truncated", { about, of })).toBe(false);
  });

  it("lets no comparison hold with what is absent, != included; has() tells", () => {
    const of = { protocol: "http", attributes: {}, durationNs: undefined };
    expect(matches("http.statusCode != 200", { of })).toBe(false);
    expect(matches("!(http.statusCode == 200)", { of })).toBe(true);
    expect(matches("call.durationNs < duration('1s')", { of })).toBe(false);
    expect(matches("has(call.durationNs) || has(http.statusCode)", { of })).toBe(false);
  });

  it("knows TCP's health only of TCP", () => {
    expect(matches("tcp.retransmissionRatio < 1.0", { about: { transport: "udp", retransmissionRatio: 0 } })).toBe(
      false,
    );
    expect(
      matches("connection.retransmissionRatio < 1.0", { about: { transport: "udp", retransmissionRatio: 0 } }),
    ).toBe(true);
  });

  it("matches no connection alone where it needs a call", () => {
    expect(matches('!(call.status == "ok")', {})).toBe(false);
  });

  it("looks through the connection's calls", () => {
    const among = [
      { status: "ok" },
      { status: "timeout", protocol: "http", attributes: { "url.path": "/pay" } },
    ] as const;
    expect(matches('calls.exists(c, c.status == "timeout" && c.http.path == "/pay")', { among })).toBe(true);
    expect(matches('calls.exists(it, it.status == "aborted")', { among })).toBe(false);
    expect(matches('calls.all(c, c.status in ["ok", "timeout"])', { among })).toBe(true);
    expect(matches('calls.all(c, c.status == "ok")', { among: [] })).toBe(true);
    expect(matches('calls.exists_one(c, c.status == "ok")', { among })).toBe(true);
    expect(matches('size(calls.filter(c, c.status == "ok")) >= 2', { among })).toBe(false);
    expect(
      matches('call.status == "ok" && calls.exists(c, c.status == "timeout")', { of: { status: "ok" }, among }),
    ).toBe(true);
  });

  it("never throws and always answers the same", () => {
    fc.assert(
      fc.property(
        anyFilterText(testEnvironment, ["calls"]),
        anyConnection,
        fc.option(anyCall, { nil: undefined }),
        (text, about, of) => {
          const test = predicate(filterOf(text));
          const answer = test(about, of);
          expect(typeof answer).toBe("boolean");
          expect(test(about, of)).toBe(answer);
        },
      ),
    );
  });
});

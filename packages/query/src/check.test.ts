import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkFilter } from "./check.ts";
import { printExpression } from "./print.ts";
import { filterOf, problemOf, testEnvironment } from "./testing/check.ts";
import { anyFilterText } from "./testing/filters.ts";

describe("a filter", () => {
  it.each([
    ['connection.closeReason == "refused"', "connection"],
    ['client.service == "orders" && tcp.retransmissionRatio > 0.01', "connection"],
    ["server.port in [80, 443]", "connection"],
    ['client.k8s.namespace.name == "shop" && server.cloud.availability_zone != "a"', "connection"],
    ['client.container.name == "orders" || server.process.pid == 1', "connection"],
    ['call.status != "ok"', "call"],
    ["http.statusCode >= 500", "call"],
    ['tcp.serverZeroWindowNs > duration("200ms") || http.statusCode == 503', "call"],
    ['call.attributes["url.path"].startsWith("/pay")', "call"],
    ["true", "connection"],
    ['calls.exists(c, c.status == "timeout")', "connection"],
    ['findings.exists(f, f.severity == "critical")', "connection"],
    ["retries.exists(r, r.attempts > 3)", "call"],
  ])("%s selects by %s", (text, needs) => {
    expect(filterOf(text).needs).toBe(needs);
  });

  it.each([
    ["http.statusCode>=500", "http.statusCode >= 500"],
    ["500 <= http.statusCode", "500 <= http.statusCode"],
    ["!(call.bodyTruncated)", "!call.bodyTruncated"],
    ["!(http.statusCode == 1)", "!(http.statusCode == 1)"],
    ["(true || false) && true", "(true || false) && true"],
    ["true || false && true", "true || false && true"],
    ["call.durationNs > duration('1.5s')", 'call.durationNs > duration("1500ms")'],
    ["http.path.matches(r'^/a\\d')", 'http.path.matches("^/a\\\\d")'],
    ["connection.gradeReasons.size() > 0", "size(connection.gradeReasons) > 0"],
    ['calls.exists(x, x.http.path == "/")', 'calls.exists(c, c.http.path == "/")'],
    ['calls.all(x, x.status == "ok")', 'size(calls.filter(c, !(c.status == "ok"))) == 0'],
    ["3 < calls.filter(x, x.bodyTruncated).size()", "size(calls.filter(c, c.bodyTruncated)) > 3"],
    ['calls.exists_one(x, x.attributes["a"] == "b")', 'calls.exists_one(c, c.attributes["a"] == "b")'],
  ])("%s is printed as %s", (text, printed) => {
    expect(printExpression(filterOf(text).expression)).toBe(printed);
  });

  it("means the same when it is printed and read again", () => {
    fc.assert(
      fc.property(anyFilterText(testEnvironment), (text) => {
        const { expression } = filterOf(text);
        expect(filterOf(printExpression(expression)).expression).toEqual(expression);
      }),
    );
  });
});

describe("a wrong filter", () => {
  it.each([
    ["http.statuscode == 500", "http.statusCode"],
    ["tcp.retransmisionRatio > 0.1", "tcp.retransmissionRatio"],
    ["src.service == 'orders'", "client.service"],
    ["dst.ip == '10.0.0.1'", "server.address"],
    ["statusCode == 500", "http.statusCode"],
    ["dns", 'call.protocol == "dns"'],
    ["call.statusCode >= 500", "http.statusCode"],
    ['call.status == "serverEror"', '"serverError"'],
    ['call.status in ["ok", "timeouts"]', '"timeout"'],
    ["call.durationNs > 250ms", 'duration("250ms")'],
    ["call.durationNs > '250ms'", 'duration("250ms")'],
    ["http.statusCode == '500'", "500"],
    ["http.statusCode = 500", "=="],
    ["call.bodyTruncated and http.statusCode == 500", "&&"],
    ["connection.startedAt > '2026-01-01T00:00:00Z'", 'timestamp("2026-01-01T00:00:00Z")'],
    ["call.durationNs == null", "has(…)"],
    ['calls.exists(x, x.statuss == "ok")', "x.status"],
    ['calls.exists(x, status == "ok")', "x.status"],
    ['calls.exists(x, call.status == "ok")', "x.status"],
    ['cals.exists(c, c.status == "ok")', "calls"],
    ["calls.exists(c)", "calls.exists(c, c.… == …)"],
  ])("%s: did you mean %s?", (text, suggestion) => {
    expect(problemOf(text).suggestion).toBe(suggestion);
  });

  it.each([
    ["", 0],
    ["http.statusCode >", 17],
    ["http.statusCode == 500 && nothing.there == 1", 26],
    ["http.path.matches('(a')", 18],
    ["http.path.matches('(?=a)')", 18],
    ["1 == 1", 0],
    ["http.statusCode", 0],
    ["http.statusCode + 1 == 2", 0],
    ["http.path.foo('a')", 0],
    ["call.waitNs > connection.rttServerMinNs", 0],
    ["call.requestBody.contains('secret')", 0],
    ["call.requestHeaders == 'x'", 0],
    ["http.statusCode > duration('1s')", 18],
    ["call.bodyTruncated < true", 0],
    ["connection.gradeReasons == 'x'", 27],
    ["http.statusCode == 9223372036854775807", 19],
    ["has(call.nothing)", 4],
    ["http.method == 'GET' ? true : false", 0],
    ["http.statusCode in []", 19],
    ["calls.exists(c, tcp.completeness == 31)", 16],
    ["calls.exists(c, calls.exists(d, d.bodyTruncated))", 16],
    ["size(calls.filter(c, c.bodyTruncated)) == 'x'", 42],
    ["calls.map(c, c.status) == 'x'", 0],
  ])("%s is wrong at %i", (text, position) => {
    expect(problemOf(text).position).toBe(position);
  });

  it("is a problem and never an exception, whatever the text", () => {
    const fragments = fc.constantFrom(
      "http.statusCode",
      "call",
      ".",
      "(",
      ")",
      "[",
      "]",
      "&&",
      "!",
      "==",
      "in",
      "'a'",
      '"',
      "5",
      "-",
      "has(",
      "\\",
      "{",
      "?",
      "𝒳",
      "\ud800",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(fragments).map((parts) => parts.join(" ")),
        ),
        (text) => {
          const checked = checkFilter(text, testEnvironment);
          if (checked.kind === "problem") expect(checked.position).toBeLessThanOrEqual(text.length);
        },
      ),
    );
  });

  it("may be no longer and no deeper than the limits say", () => {
    expect(problemOf(`true${" && true".repeat(1000)}`).message).toContain("longer");
    expect(problemOf(`${"(".repeat(100)}true${")".repeat(100)}`).message).toContain("maxDepth");
    expect(problemOf(`http.path.matches("${"a".repeat(300)}")`).message).toContain("pattern is longer");
  });
});

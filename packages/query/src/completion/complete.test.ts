import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { testEnvironment } from "../testing/check.ts";
import { completeFilter } from "./complete.ts";

/** What is offered at the bar `|`. */
function offered(text: string): string[] {
  const cursor = text.indexOf("|§");
  return completeFilter(text.replace("|§", ""), cursor, testEnvironment).items.map((item) => item.text);
}

/** The text after the first item was taken. */
function taken(text: string): string {
  const cursor = text.indexOf("|§");
  const plain = text.replace("|§", "");
  const { from, to, items } = completeFilter(plain, cursor, testEnvironment);
  return plain.slice(0, from) + (items[0]?.text ?? "") + plain.slice(to);
}

describe("completion of a filter", () => {
  it("offers the groups of names, and what can be looked through, where nothing is written yet", () => {
    expect(offered("|§")).toEqual(expect.arrayContaining(["tcp.", "http.", "client.", "calls.exists(c, "]));
  });

  it.each([
    ["http.stat|§", "http.statusCode"],
    ["statusc|§", "call.statusCode"],
    ["tcp.completeness == 31 && call.prot|§", "tcp.completeness == 31 && call.protocol"],
    ["http.stat|§ && true", "http.statusCode && true"],
    ["call.status |§", "call.status == "],
    ["http.statusCode |§", "http.statusCode < "],
    ["call.status == |§", 'call.status == "ok"'],
    ['call.status == "time|§', 'call.status == "timeout"'],
    ['call.status in ["ok", |§', 'call.status in ["ok", "ok"'],
    ["call.durationNs > |§", 'call.durationNs > duration("1ms")'],
    ["call.bodyTruncated == t|§", "call.bodyTruncated == true"],
    ['call.status == "ok" |§', 'call.status == "ok" && '],
    ["http.path.sta|§", 'http.path.startsWith("'],
    ["calls.ex|§", "calls.exists(c, "],
    ["calls.exists(x, x.stat|§", "calls.exists(x, x.status"],
    ['calls.exists(x, x.status == "t|§', 'calls.exists(x, x.status == "timeout"'],
    ['calls.exists(c, c.status == "ok") && tcp.compl|§', 'calls.exists(c, c.status == "ok") && tcp.completeness'],
    ["size(calls.filter(c, c.bodyTruncated)) |§", "size(calls.filter(c, c.bodyTruncated)) < "],
    ["has(http.me|§", "has(http.method"],
  ])("%s becomes %s", (text, wanted) => {
    expect(taken(text)).toBe(wanted);
  });

  it("leaves values that the model does not know to the store", () => {
    const text = 'client.service == "ord';
    expect(completeFilter(text, text.length, testEnvironment).values).toMatchObject({
      field: { name: "client.service" },
      written: "ord",
    });
  });

  it("offers nothing where anything may stand", () => {
    expect(offered('call.durationNs > duration("|§')).toEqual([]);
    expect(offered("calls.exists(|§")).toEqual([]);
  });

  it("works on any text at any place", () => {
    const parts = fc.constantFrom(
      "http.path",
      "==",
      '"a',
      "'",
      "(",
      ")",
      "[",
      "]",
      ",",
      "calls.exists(",
      "&&",
      "in",
      " ",
      "5",
    );
    fc.assert(
      fc.property(
        fc.array(parts).map((all) => all.join(" ")),
        fc.nat(),
        (text, place) => {
          const cursor = Math.min(place, text.length);
          const { from, to } = completeFilter(text, cursor, testEnvironment);
          expect(from).toBeLessThanOrEqual(to);
          expect(to).toBe(cursor);
        },
      ),
    );
  });
});

import { NS_PER_MS } from "@weir/base";
import type { Call } from "@weir/model";
import { describe, expect, it } from "vitest";
import { at, call } from "../testing/records.ts";
import { SearchLists } from "./search-lists.ts";

/** A question that begins at so many milliseconds and is answered after one. */
function question(ms: number, name: string, statusCode = "NXDOMAIN", changes: Partial<Call> = {}): Call {
  return call({
    protocol: "dns",
    operation: "A",
    target: name,
    status: statusCode === "NOERROR" ? "ok" : "clientError",
    statusCode,
    startedAt: at(ms / 1000),
    durationNs: NS_PER_MS,
    serverAddress: "10.0.0.53",
    attributes: statusCode === "NOERROR" ? { "dns.answers": "192.0.2.1" } : {},
    ...changes,
  });
}

/** What is told of each question: the name asked for, the step, the questions that were wasted before it; empty where it is no step. */
function told(...questions: readonly Call[]): string[] {
  const lists = new SearchLists();
  return questions
    .map((each) => lists.call(each).attributes)
    .map((attributes) =>
      [attributes["weir.dns.search.name"], attributes["weir.dns.search.step"], attributes["weir.dns.search.wasted"]]
        .filter((value) => value !== undefined)
        .join(" "),
    );
}

describe("a resolver's search list", () => {
  it("is known by its steps, from the second on, up to the name that exists", () => {
    expect(
      told(
        question(0, "api.stripe.com.shop.svc.cluster.local"),
        question(1.1, "api.stripe.com.svc.cluster.local"),
        question(2.2, "api.stripe.com.cluster.local"),
        question(3.3, "api.stripe.com", "NOERROR"),
      ),
    ).toEqual(["", "api.stripe.com 2 1", "api.stripe.com 3 2", "api.stripe.com 4 3"]);
  });

  it("is known from its first step on once it was seen", () => {
    expect(
      told(
        question(0, "payments.shop.svc.cluster.local"),
        question(1.1, "payments.svc.cluster.local", "NOERROR"),
        question(500, "orders.shop.svc.cluster.local"),
        question(501.1, "orders.svc.cluster.local", "NOERROR"),
        question(900, "cart.shop.svc.cluster.local", "NOERROR"),
      ),
    ).toEqual(["", "payments 2 1", "orders 1 0", "orders 2 1", ""]);
  });

  it("runs for each type by itself: addresses of both kinds are asked for side by side", () => {
    const aaaa = { operation: "AAAA" };
    expect(
      told(
        question(0, "db.shop.svc.local"),
        question(0.1, "db.shop.svc.local", "NXDOMAIN", aaaa),
        question(1.2, "db.svc.local", "NOERROR"),
        question(1.3, "db.svc.local", "NXDOMAIN", aaaa),
      ),
    ).toEqual(["", "", "db 2 1", "db 2 1"]);
  });

  it("goes on where there is the name and none of the type", () => {
    const noAddress = { attributes: {} };
    expect(told(question(0, "db.shop.local", "NOERROR", noAddress), question(1.1, "db.local", "NOERROR"))).toEqual([
      "",
      "db 2 1",
    ]);
  });

  it("with suffixes that have nothing in common is known when they follow each other for another name", () => {
    expect(
      told(
        question(0, "mail.corp.example"),
        question(1.1, "mail.other.test", "NOERROR"),
        question(50, "files.corp.example"),
        question(51.1, "files.other.test", "NOERROR"),
      ),
    ).toEqual(["", "", "", "files 2 1"]);
  });
});

describe("questions that are no steps", () => {
  it("are those of others, those that come later, and those that have nothing in common", () => {
    const first = question(0, "db.shop.svc.local");
    expect(told(first, question(1.1, "db.svc.local", "NOERROR", { clientAddress: "10.0.0.99" }))).toEqual(["", ""]);
    expect(told(first, question(200, "db.svc.local", "NOERROR"))).toEqual(["", ""]);
    expect(told(first, question(1.1, "cart.svc.local", "NOERROR"))).toEqual(["", ""]);
    expect(told(question(0, "db.svc.local"), question(1.1, "db.svc.local"))).toEqual(["", ""]);
    expect(told(question(0, "db", "NOERROR"), question(1.1, "db.svc.local", "NOERROR"))).toEqual(["", ""]);
  });
});

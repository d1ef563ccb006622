import type { Call } from "@weir/model";
import { describe, expect, it } from "vitest";
import { at, call } from "./testing/records.ts";
import { TruncatedAnswers } from "./truncated-answers.ts";

const question = (seconds: number, transport: "udp" | "tcp", changes: Partial<Call> = {}) =>
  call({
    protocol: "dns",
    operation: "TXT",
    target: "big.shop.example",
    transport,
    startedAt: at(seconds),
    attributes: { "weir.dns.truncated": String(transport === "udp") },
    ...changes,
  });

/** How much later than the truncated one each question is said to have been asked. */
function told(...questions: readonly Call[]): (string | undefined)[] {
  const answers = new TruncatedAnswers();
  return questions.map((each) => answers.call(each).attributes["weir.dns.after_truncation_ns"]);
}

describe("a truncated answer", () => {
  it("is told of the same question over TCP, once, with the time that it cost", () => {
    const tcp = question(0.003, "tcp", { target: "BIG.shop.example" });
    expect(told(question(0, "udp"), tcp, question(0.004, "tcp"))).toEqual([undefined, "3000000", undefined]);
  });

  it("is not told of another question, another client's, or one that is asked much later", () => {
    const others: readonly Partial<Call>[] = [
      { target: "other.shop.example" },
      { operation: "A" },
      { clientAddress: "10.0.0.9" },
      { serverAddress: "10.0.0.9" },
      { startedAt: at(20) },
    ];
    for (const changes of others)
      expect(told(question(0, "udp"), question(0.003, "tcp", changes))).toEqual([undefined, undefined]);
  });

  it("is none where the answer over UDP was whole", () => {
    const whole = question(0, "udp", { attributes: { "weir.dns.truncated": "false" } });
    expect(told(whole, question(0.003, "tcp"))).toEqual([undefined, undefined]);
  });
});

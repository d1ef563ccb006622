import { describe, expect, it } from "vitest";
import { edgeWords, leftWords, settingsWords, stateWords } from "./control-words.ts";

describe("control in words", () => {
  it("names an edge by what the rule says of it", () => {
    expect(edgeWords({ clientService: "web", serverService: "orders", serverPort: 80 })).toBe("web → orders:80");
    expect(edgeWords({ serverService: "orders" })).toBe("any → orders");
  });

  it("counts down whole seconds", () => {
    expect(leftWords(90_500, 0)).toMatch(/left$/);
    expect(leftWords(1_000, 1_000)).toBe("ending");
  });

  it("says what settings change, and nothing of those that change nothing", () => {
    expect(settingsWords({})).toEqual([]);
    expect(
      settingsWords({
        filter: "tcp",
        sampleOneOf: 10,
        bodies: true,
        abilities: { tlsPlaintext: false },
        masking: { headers: ["a"], attributes: ["b"], patterns: [] },
      }),
    ).toEqual(["only tcp", "one of 10 connections", "keeps bodies", "tlsPlaintext off", "masks 2 more"]);
    expect(settingsWords({ sampleOneOf: 1 })).toEqual([]);
  });

  it.each([
    [{ isAllowed: true, version: 3 }, "version 3", false],
    [{ isAllowed: true, version: 2 }, "version 2; 3 is wanted", true],
    [{ isAllowed: true }, "as started; version 3 is wanted", true],
    [{ isAllowed: false }, "as started (--no-control)", false],
  ])("tells how far an agent is: %j", (state, text, isBehind) => {
    expect(stateWords({ ...state, settings: {}, rules: [] }, 3)).toEqual({ text, isBehind });
  });
});

import { describe, expect, it } from "vitest";
import type { TreeNode } from "./contract.ts";
import { arriveAt, chain, type Question, runTree } from "./tree.ts";

const isHot: TreeNode<number | undefined, "hot" | "cold" | "notMeasured"> = {
  question: "Was it measured?",
  test: (degrees) => (degrees === undefined ? undefined : true),
  measured: (degrees) => `${degrees}`,
  threshold: "any",
  yes: {
    question: "Is it hot?",
    test: (degrees) => (degrees ?? 0) > 30,
    measured: (degrees) => `${degrees} °C`,
    threshold: "more than 30 °C",
    yes: "hot",
    no: "cold",
  },
  no: "cold",
  unknown: "notMeasured",
};

describe("runTree", () => {
  it("says where it arrived and by which path", () => {
    expect(runTree(isHot, 35)).toMatchObject({
      outcome: "hot",
      steps: [
        { question: "Was it measured?", measured: "35", threshold: "any", outcome: "taken" },
        { question: "Is it hot?", measured: "35 °C", threshold: "more than 30 °C", outcome: "taken" },
      ],
    });
    expect(runTree(isHot, 5).steps.at(-1)?.outcome).toBe("ruledOut");
  });

  it("tells what it cannot tell", () => {
    expect(runTree(isHot, undefined)).toMatchObject({ outcome: "notMeasured", steps: [{ outcome: "cannotTell" }] });
  });

  it("says which outcomes an answer ruled out, and which stay open", () => {
    expect(runTree(isHot, 5)).toMatchObject({ outcome: "cold", refuted: ["hot"], open: [] });
    expect(runTree(isHot, undefined)).toMatchObject({ outcome: "notMeasured", refuted: [], open: ["hot", "cold"] });
  });
});

describe("chain", () => {
  const isMore = (limit: number, yes: "some" | "many"): Question<number, "some" | "many" | "few"> => ({
    question: `Is it more than ${limit}?`,
    test: (count) => count > limit,
    measured: String,
    threshold: `${limit}`,
    yes,
  });
  const tree = chain([isMore(100, "many"), isMore(10, "some")], "few");

  it("asks one question after the other", () => {
    expect([200, 50, 5].map((count) => arriveAt(tree, count))).toEqual(["many", "some", "few"]);
  });

  it("refutes nothing that it did not ask: causes may be there together", () => {
    expect(runTree(tree, 200).refuted).toEqual([]);
    expect(runTree(tree, 5).refuted).toEqual(["many", "some"]);
  });
});

import { describe, expect, it } from "vitest";
import type { TreeNode } from "./contract.ts";
import { runTree } from "./tree.ts";

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
    expect(runTree(isHot, 35)).toEqual({
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
});

import { describe, expect, it } from "vitest";
import { flameNodes } from "./flame.ts";

const stack = (path: string, value: number) => ({ value, frames: path.split(" "), files: [] });
const shown = (...given: Parameters<typeof flameNodes>) =>
  flameNodes(...given).map(({ name, depth, value, self }) => `${"-".repeat(depth)}${name} ${value} ${self}`);

describe("a flame graph", () => {
  it("has every function below what had called it, with what was measured in it and in itself alone", () => {
    const stacks = [stack("main query parse", 3), stack("main query", 2), stack("main render", 5), stack("gc", 1)];
    expect(shown(stacks, 100)).toEqual(["gc 1 1", "main 10 0", "-query 5 2", "--parse 3 3", "-render 5 5"]);
  });

  it("keeps functions of the same name apart that are of different files", () => {
    const stacks = ["a.js", "b.js"].map((file) => ({ value: 1, frames: ["get"], files: [file] }));
    expect(flameNodes(stacks, 100)).toMatchObject([{ file: "a.js" }, { file: "b.js" }]);
  });

  it("leaves out the smallest where there are too many, and never what a shown one needs", () => {
    const stacks = Array.from({ length: 100 }, (_, at) => stack(`main f${at}`, at + 1));
    const nodes = flameNodes(stacks, 11);
    expect(nodes).toHaveLength(11);
    expect(nodes[0]).toMatchObject({ name: "main", value: 5_050 });
    expect(Math.min(...nodes.map(({ value }) => value))).toBe(91);
  });
});

import { describe, expect, it } from "vitest";
import { layoutFlame, neighbourOf, widestOf } from "./flame-layout.ts";

const node = (name: string, depth: number, value: number) => ({ name, file: "", depth, value, self: 0 });
const NODES = [node("gc", 0, 2), node("main", 0, 8), node("query", 1, 6), node("parse", 2, 3), node("render", 1, 2)];
const shown = (zoomedAt?: number) =>
  layoutFlame(NODES, 10, zoomedAt).map(({ node: { name }, left, width }) => `${name} ${left}+${width}`);

describe("a flame graph", () => {
  it("puts what was called below its caller, from its left edge", () => {
    expect(shown()).toEqual(["gc 0+0.2", "main 0.2+0.8", "query 0.2+0.6", "parse 0.2+0.3", "render 0.8+0.2"]);
  });

  it("gives a function that is looked at the whole width, and its callers above it", () => {
    expect(shown(2)).toEqual(["main 0+1", "query 0+1", "parse 0+0.5"]);
    expect(layoutFlame(NODES, 10, 2)[0]).toMatchObject({ isAbove: true });
  });

  it("is walked by keys: to the caller, the widest callee, and to the sides", () => {
    const boxes = layoutFlame(NODES, 10, undefined);
    const from = (at: number, key: string) => NODES[neighbourOf(boxes, at, key) ?? -1]?.name;
    expect(from(1, "ArrowDown")).toBe("query");
    expect(from(3, "ArrowUp")).toBe("query");
    expect(from(2, "ArrowRight")).toBe("render");
    expect(from(1, "ArrowLeft")).toBe("gc");
    expect(from(0, "ArrowUp")).toBeUndefined();
  });

  it("finds the widest place of a function", () => {
    expect(widestOf([node("a", 0, 1), node("b", 0, 2), node("a", 1, 5)], "a")).toBe(2);
    expect(widestOf(NODES, "nobody")).toBeUndefined();
  });
});

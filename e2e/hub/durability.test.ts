import { describe, expect, it } from "vitest";
import { killEngine } from "../durability/kill-engine.ts";
import { killHub } from "../durability/kill-hub.ts";

const quiet = () => undefined;

/** A short run of `npm run test:durability`. */
describe("what was acknowledged, when something is killed at a random moment", () => {
  it("is there once, when it is the engine", async () => {
    const { acknowledged, ...found } = await killEngine(6, 1, quiet);
    expect(found).toEqual({ kills: 6, lost: 0, doubled: 0 });
    expect(acknowledged).toBeGreaterThan(3);
  });

  it("is there once, when it is the hub or the engine under it", async () => {
    const { acknowledged, ...found } = await killHub(5, 1, quiet);
    expect(found).toEqual({ kills: 5, lost: 0, doubled: 0 });
    expect(acknowledged).toBeGreaterThan(3);
  });
});

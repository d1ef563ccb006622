import { expect, it } from "vitest";
import { idParts, rowsByIds } from "./id-parts.ts";

const many = Array.from({ length: 10_000 }, (_, index) => index.toString(16).padStart(32, "0"));

it("keeps every id, in order, in parts that a server takes as one parameter", () => {
  const parts = idParts(many);
  expect(parts.flat()).toEqual(many);
  for (const part of parts) expect(encodeURIComponent(`['${part.join("','")}']`).length).toBeLessThan(128 * 2 ** 10);
  expect(parts).toHaveLength(5);
});

it("gives an id of any length a part of its own", () => {
  expect(idParts(["a", "b".repeat(200_000), "c"]).map(({ length }) => length)).toEqual([1, 1, 1]);
  expect(idParts([])).toEqual([]);
});

it("joins what is read of the parts", async () => {
  expect(await rowsByIds(many, async (part) => part.map((id) => ({ id })))).toHaveLength(many.length);
});

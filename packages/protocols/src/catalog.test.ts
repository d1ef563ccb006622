import { describe, expect, it } from "vitest";
import { CATALOG, LISTS_AGREE } from "./catalog.ts";
import { DISSECTED_RECORDS } from "./records.ts";

describe("the two lists of protocols", () => {
  it("name the same protocols, each once", () => {
    expect(LISTS_AGREE).toBe(true);
    expect(CATALOG.map(({ id }) => id)).toEqual(DISSECTED_RECORDS.map(({ id }) => id));
    expect(new Set(CATALOG.map(({ id }) => id)).size).toBe(CATALOG.length);
  });
});

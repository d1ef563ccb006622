import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CATALOG } from "./catalog.ts";
import { PROTOCOL_RECORDS } from "./records.ts";
import { fixturesOf, folderOf, goldenNamesOf, protocolFolders } from "./testing/fixtures.ts";

describe("protocol folders", () => {
  it("stand in both lists, in the order of their names", () => {
    expect(PROTOCOL_RECORDS.map(({ id }) => id)).toEqual(protocolFolders());
    expect(CATALOG.map(({ id }) => id)).toEqual(protocolFolders());
  });

  describe.each(protocolFolders())("%s", (id) => {
    const kinds = fixturesOf(id).map(({ transcript }) => transcript.kind);

    it("has READMEs", () => {
      expect(existsSync(join(folderOf(id), "README.md"))).toBe(true);
      expect(existsSync(join(folderOf(id), "fixtures", "README.md"))).toBe(true);
    });

    it("has at least three good and three hostile fixtures", () => {
      expect(kinds.filter((kind) => kind === "good").length).toBeGreaterThanOrEqual(3);
      expect(kinds.filter((kind) => kind === "hostile").length).toBeGreaterThanOrEqual(3);
    });

    it("has a golden for each transcript, and none beside", () => {
      expect(goldenNamesOf(id)).toEqual(fixturesOf(id).map(({ name }) => name));
    });
  });
});

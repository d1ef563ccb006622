import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CATALOG } from "./catalog.ts";
import { HTTP_APPLICATIONS } from "./http-applications.ts";
import { CARRIED_RECORDS, DISSECTED_RECORDS, PROTOCOL_RECORDS } from "./records.ts";
import { fixturesOf, folderOf, goldenNamesOf, protocolFolders } from "./testing/fixtures.ts";

describe("protocol folders", () => {
  it("stand in two lists, records in the order of their names", () => {
    const dissected = idsOf(DISSECTED_RECORDS);
    const carried = idsOf(CARRIED_RECORDS);
    expect(dissected).toEqual(dissected.toSorted());
    expect(carried).toEqual(carried.toSorted());
    expect(idsOf(PROTOCOL_RECORDS).toSorted()).toEqual(protocolFolders());
    expect(idsOf(CATALOG)).toEqual(dissected);
    // The order of those that HTTP carries is the order in which they are asked.
    expect(idsOf(HTTP_APPLICATIONS).toSorted()).toEqual(carried);
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

function idsOf(list: readonly { readonly id: string }[]): string[] {
  return list.map(({ id }) => id);
}

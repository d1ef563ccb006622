import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readAhead } from "./read-ahead.ts";

const folder = mkdtempSync(join(tmpdir(), "weir-read-ahead-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A file of so many bytes, no two neighbouring megabytes alike. */
function fileOf(bytes: number): { path: string; content: Uint8Array } {
  const content = Uint8Array.from({ length: bytes }, (_, index) => (index >>> 12) ^ index);
  const path = join(folder, `${bytes}.bin`);
  writeFileSync(path, content);
  return { path, content };
}

describe("reading ahead", () => {
  it.each([0, 1, (1 << 20) - 1, 1 << 20, (3 << 20) + 17])("gives the %i bytes of a file in order", async (bytes) => {
    const { path, content } = fileOf(bytes);
    const chunks: Uint8Array[] = [];
    // A chunk is the reader's until it asks for the next one.
    for await (const chunk of readAhead(path)) chunks.push(new Uint8Array(chunk));
    expect(Buffer.compare(Buffer.concat(chunks), content)).toBe(0);
  });

  it("lets go of the file where its reader stops early", async () => {
    const { path } = fileOf(5 << 20);
    for await (const chunk of readAhead(path)) {
      expect(chunk).toHaveLength(1 << 20);
      break;
    }
  });

  it("fails as the system says", async () => {
    const chunks = readAhead(join(folder, "nothing"))[Symbol.asyncIterator]();
    await expect(chunks.next()).rejects.toMatchObject({ code: "ENOENT" });
  });
});

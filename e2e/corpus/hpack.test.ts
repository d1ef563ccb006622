import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { HpackDecoder } from "../../packages/protocols/src/http2/hpack/decoder.ts";
import { corpusFolder, corpusOrSkip } from "./corpus.ts";

/** Header lists as several encoders coded them, with what they say. */
const folder = join(corpusFolder, "telemetry/hpack/hpack-test-case");

interface Story {
  readonly cases: readonly {
    readonly wire?: string;
    readonly header_table_size?: number;
    readonly headers: readonly Readonly<Record<string, string>>[];
  }[];
}

const stories = corpusOrSkip().length > 0 && existsSync(folder) ? storiesIn(folder) : [];

describe.skipIf(stories.length === 0)("header blocks of other encoders", () => {
  it.each(stories)("%s", (name) => {
    const { cases } = JSON.parse(readFileSync(join(folder, name), "utf8")) as Story;
    const decoder = new HpackDecoder(false);
    for (const { wire, header_table_size: allowed, headers } of cases) {
      // The raw stories were coded by nobody.
      if (wire === undefined) continue;
      if (allowed !== undefined) decoder.allow(allowed);
      const list = decoder.decode(Uint8Array.from(Buffer.from(wire, "hex")));
      expect(list.violation).toBeUndefined();
      expect(list.unknownBecause).toBeUndefined();
      expect(list.headers).toEqual(headers.flatMap((header) => Object.entries(header)));
    }
  });
});

function storiesIn(path: string): string[] {
  return readdirSync(path).flatMap((encoder) =>
    readdirSync(join(path, encoder))
      .filter((file) => file.endsWith(".json"))
      .map((file) => join(encoder, file)),
  );
}

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { compareCapture, craftedCaptures } from "../../tools/oracle/compare-capture.ts";
import { corpusFolder, corpusOrSkip } from "./corpus.ts";

const captures = corpusOrSkip();

/** Streams on which Weir and tshark differ, with the packet where it shows and the reason. */
interface KnownDifference {
  readonly capture: string;
  readonly streams: readonly number[];
  readonly packet: number;
  readonly reason: string;
}
const known = JSON.parse(
  readFileSync(new URL("../../tools/oracle/known-differences.json", import.meta.url), "utf8"),
) as KnownDifference[];

describe.skipIf(captures.length === 0)("TCP health of every real capture", () => {
  it("equals tshark's on 99 % of the streams, and every difference is explained", () => {
    const crafted = craftedCaptures(corpusFolder);
    const differing: string[] = [];
    let streams = 0;
    for (const { name, path } of captures) {
      const compared = compareCapture(path, crafted.has(path));
      streams += compared.streams;
      for (const { stream } of compared.differing) differing.push(`${name} tcp ${stream}`);
    }
    const explained = known.flatMap((entry) => entry.streams.map((stream) => `${entry.capture} tcp ${stream}`));
    expect(differing.toSorted()).toEqual(explained.toSorted());
    expect(differing.length / streams).toBeLessThan(0.01);
  });
});

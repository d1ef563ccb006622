import { readFileSync } from "node:fs";
import { Names } from "@weir/identity";
import { describe, expect, it } from "vitest";
import { openSource } from "../../apps/weir/src/capture-source/source.ts";
import { readCapture } from "../../apps/weir/src/read-capture.ts";
import { analyseCapture } from "../../tools/oracle/analyse.ts";
import { readFacts } from "../../tools/oracle/facts.ts";
import { corpusOrSkip } from "./corpus.ts";

const captures = corpusOrSkip();
/** Reading one capture may take so long and no longer: the largest has a few megabytes. */
const LIMIT_MS = 20_000;

/** Where Weir and tshark differ, by capture: what, and why. */
type KnownDifferences = Readonly<Record<string, { readonly counts: readonly string[]; readonly reason: string }>>;
const known = JSON.parse(readFileSync(new URL("known-differences.json", import.meta.url), "utf8")) as KnownDifferences;

describe.skipIf(captures.length === 0)("on every real capture", () => {
  it("frame and connection counts equal tshark's, or the difference is known", () => {
    const differing: string[] = [];
    const gone: string[] = [];
    for (const { name, path } of captures) {
      const facts = readFacts(path);
      const { summary, tcpStreams, innermostUdpStreams } = analyseCapture(path);
      const pairs: readonly (readonly [string, number, number])[] = [
        ["frames", summary.packets, facts.frames],
        ["wire bytes", summary.wireBytes, facts.wire_bytes],
        ["captured bytes", summary.capturedBytes, facts.captured_bytes],
        ["tcp streams", tcpStreams, facts.tcp.streams],
        ["udp streams", innermostUdpStreams, facts.udp.streams],
      ];
      const expected = known[name]?.counts ?? [];
      for (const [what, weir, tshark] of pairs) {
        if (weir !== tshark && !expected.includes(what))
          differing.push(`${name}: ${what}: weir ${weir}, tshark ${tshark}`);
        if (weir === tshark && expected.includes(what))
          gone.push(`${name}: ${what} is equal now, take it off the list`);
      }
    }
    expect(differing).toEqual([]);
    expect(gone).toEqual([]);
  });

  it("the whole engine reads it without a crash and in time", async () => {
    const failed: string[] = [];
    for (const { name, path } of captures) {
      const startedAt = performance.now();
      try {
        await readCapture(await openSource(path), {
          captureId: name,
          names: new Names(),
          sink: { connection: () => undefined, call: () => undefined },
        });
      } catch (error) {
        failed.push(`${name}: ${String(error)}`);
      }
      const tookMs = performance.now() - startedAt;
      if (tookMs > LIMIT_MS) failed.push(`${name}: took ${Math.round(tookMs)} ms`);
    }
    expect(failed).toEqual([]);
  });
});

import { Names } from "@weir/identity";
import { describe, expect, it } from "vitest";
import { openSource } from "../../apps/weir/src/capture-source/source.ts";
import { readCapture } from "../../apps/weir/src/read-capture.ts";
import { readFacts } from "../../tools/oracle/facts.ts";
import { corpusOrSkip } from "./corpus.ts";

type Counts = Readonly<Record<string, number>>;

/**
 * Shares of captures whose counts equal tshark's; the agreement may rise, not fall. Most of the others were made to confuse parsers (Suricata's
 * http-evader), are decrypted by tshark, or have responses with holes, which tshark does not count and Weir does.
 */
const MIN_EQUAL_METHODS = 0.94;
const MIN_EQUAL_CODES = 0.85;

const captures = corpusOrSkip().filter(({ path }) => {
  const { app_counts: counts } = readFacts(path);
  return counts["http.request.method"] !== undefined || counts["http.response.code"] !== undefined;
});

describe.skipIf(captures.length === 0)("HTTP/1 of real captures", () => {
  it("has the methods and response codes that tshark counted", async () => {
    let equalMethods = 0;
    let equalCodes = 0;
    for (const { path } of captures) {
      const { app_counts: counts } = readFacts(path);
      const weir = await countCalls(path);
      if (isSame(weir.methods, counts["http.request.method"] ?? {})) equalMethods += 1;
      if (isSame(weir.codes, finalOnly(counts["http.response.code"] ?? {}))) equalCodes += 1;
    }
    expect(equalMethods / captures.length).toBeGreaterThanOrEqual(MIN_EQUAL_METHODS);
    expect(equalCodes / captures.length).toBeGreaterThanOrEqual(MIN_EQUAL_CODES);
  });
});

async function countCalls(path: string): Promise<{ readonly methods: Counts; readonly codes: Counts }> {
  const methods: Record<string, number> = {};
  const codes: Record<string, number> = {};
  await readCapture(await openSource(path), {
    captureId: "corpus",
    names: new Names(),
    sink: {
      connection: () => undefined,
      call({ protocol, attributes, statusCode }) {
        if (protocol !== "http") return;
        const method = attributes["http.request.method"];
        if (method !== undefined) methods[method] = (methods[method] ?? 0) + 1;
        if (statusCode !== "") codes[statusCode] = (codes[statusCode] ?? 0) + 1;
      },
    },
  });
  return { methods, codes: finalOnly(codes) };
}

/** Interim responses announce the answer; Weir counts answers. */
function finalOnly(codes: Counts): Counts {
  return Object.fromEntries(Object.entries(codes).filter(([code]) => !/^1\d\d$/.test(code)));
}

function isSame(a: Counts, b: Counts): boolean {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) => (a[key] ?? 0) === (b[key] ?? 0));
}

import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CATALOG } from "./catalog.ts";
import type { Dissector } from "./contract.ts";
import { CARRIED_RECORDS, PROTOCOL_RECORDS } from "./records.ts";
import { cutAt, cutInPieces, damaged, placesIn, shortenTo } from "./testing/cuts.ts";
import { fixturesOf, renderGolden } from "./testing/fixtures.ts";
import { runRecognised, type TranscriptRun } from "./testing/run-transcript.ts";

/** The same tests as `golden.test.ts` for protocols whose streams another one opens, and those that another one's messages carry. */
const HANDED_OVER = (CATALOG as readonly Dissector[]).filter(({ isHandedOver }) => isHandedOver === true);
const RECORDS: readonly { readonly id: string }[] = CARRIED_RECORDS;
const IDS = [...RECORDS, ...HANDED_OVER].map(({ id }) => id);
/** No protocol keeps more of a body. */
const MAX_BODY_CHARACTERS = 4096;

it("every protocol is tested once", () => {
  expect(new Set(IDS).size).toBe(IDS.length);
});

describe.each(IDS)("%s", (id) => {
  const word = PROTOCOL_RECORDS.find((record) => record.id === id)?.protocol;

  describe.each(fixturesOf(id).map((fixture) => [fixture.name, fixture] as const))("%s", (_name, fixture) => {
    const { transcript } = fixture;
    const whole = runRecognised(transcript);

    it("says what the golden says (npm run golden)", () => {
      const golden = existsSync(fixture.goldenPath) ? readFileSync(fixture.goldenPath, "utf8") : "";
      expect(renderGolden(fixture, whole)).toBe(golden);
    });

    it("is recognised inside what carries it", () => {
      const words = whole.calls.map(({ protocol }) => protocol);
      if (transcript.kind === "good") expect(words).toContain(word);
    });

    it("says the same however the stream is cut", () => {
      for (const pieceBytes of [1, 3, 13, 64])
        expect(runRecognised(cutInPieces(transcript, pieceBytes)), `${pieceBytes} bytes`).toEqual(whole);
      for (const at of placesIn(transcript))
        expect(renderGolden(fixture, runRecognised(cutAt(transcript, at))), `cut at ${at}`).toBe(
          renderGolden(fixture, whole),
        );
    });

    it("bears every shortened form and damaged bytes", () => {
      for (const bytes of placesIn(transcript)) expectShortBodies(runRecognised(shortenTo(transcript, bytes)));
      fc.assert(
        fc.property(fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 8 }), (damages) => {
          expectShortBodies(runRecognised(damaged(transcript, damages)));
        }),
        { numRuns: 50, seed: 1 },
      );
    });
  });
});

function expectShortBodies({ calls }: TranscriptRun): void {
  for (const { requestBody = "", responseBody = "" } of calls) {
    const longest = Math.max(requestBody.length, responseBody.length);
    if (longest > MAX_BODY_CHARACTERS) expect(longest).toBeLessThanOrEqual(MAX_BODY_CHARACTERS);
  }
}

import { existsSync, readFileSync } from "node:fs";
import { Direction } from "@weir/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CATALOG } from "./catalog.ts";
import type { Dissector } from "./contract.ts";
import { PROTOCOL_RECORDS } from "./records.ts";
import { cutAt, cutInPieces, damaged, placesIn, shortenTo } from "./testing/cuts.ts";
import { type Fixture, fixturesOf, renderGolden } from "./testing/fixtures.ts";
import { recogniseTranscript, runTranscript, type TranscriptRun } from "./testing/run-transcript.ts";
import type { Transcript, TranscriptEvent } from "./testing/transcript.ts";

/** Every fixture of every protocol that is recognised by its bytes goes through the same tests; a new protocol writes none of them. */
const DISSECTORS = (CATALOG as readonly Dissector[]).filter(({ isHandedOver }) => isHandedOver !== true);

describe.each(DISSECTORS.map((dissector) => [dissector.id, dissector] as const))("%s", (id, dissector) => {
  const word = PROTOCOL_RECORDS.find((record) => record.id === id)?.protocol;

  describe.each(fixturesOf(id).map((fixture) => [fixture.name, fixture] as const))("%s", (_name, fixture) => {
    const { transcript } = fixture;
    const whole = runTranscript(dissector, transcript);

    it("says what the golden says (npm run golden)", () => {
      const golden = existsSync(fixture.goldenPath) ? readFileSync(fixture.goldenPath, "utf8") : "";
      expect(renderGolden(fixture, whole)).toBe(golden);
    });

    if (transcript.transport === "tcp")
      it("says the same however the stream is cut", () => {
        for (const pieceBytes of [1, 3, 13, 64]) {
          expect(runTranscript(dissector, cutInPieces(transcript, pieceBytes)), `${pieceBytes} bytes`).toEqual(whole);
        }
        for (const at of placesIn(transcript)) {
          expect(saidBy(fixture, runTranscript(dissector, cutAt(transcript, at))), `cut at ${at}`).toBe(
            saidBy(fixture, whole),
          );
        }
      });

    it("says the same where its connection rests whenever it may", () => {
      expect(runTranscript(dissector, transcript, { rests: true })).toEqual(whole);
      const pieces = transcript.transport === "tcp" ? cutInPieces(transcript, 13) : transcript;
      expect(runTranscript(dissector, pieces, { rests: true })).toEqual(runTranscript(dissector, pieces));
    });

    it("bears every shortened form and keeps its limits", () => {
      for (const bytes of placesIn(transcript)) {
        expectWithinLimits(dissector, runTranscript(dissector, shortenTo(transcript, bytes)));
      }
    });

    it("bears damaged bytes", () => {
      fc.assert(
        fc.property(fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 8 }), (damages) => {
          expectWithinLimits(dissector, runTranscript(dissector, damaged(transcript, damages)));
        }),
        { numRuns: 50, seed: 1 },
      );
    });

    it("is recognised by its bytes, and by nobody else", () => {
      // Ports that tell nothing; a protocol's meaning may depend on its ports, so calls are compared with the transcript's own.
      const { protocol } = recogniseTranscript(transcript, { clientPort: 40_000, serverPort: 40_001 });
      if (transcript.kind === "hostile") {
        expect([word, transcript.inside, ""]).toContain(protocol);
        return;
      }
      expect(protocol).toBe(transcript.inside ?? word);
      const recognised = recogniseTranscript(transcript);
      expect(recognised.calls.map(({ call }) => call)).toEqual(whole.calls);
      if (transcript.transport === "tcp") expect(recogniseTranscript(cutInPieces(transcript, 1))).toEqual(recognised);
    });
  });

  it("bears random bytes, holes and ends", () => {
    const direction = fc.constantFrom(Direction.toServer, Direction.toClient);
    const mark = { packetNumber: 1, atNs: 0 };
    const event = fc.oneof(
      fc.record({
        kind: fc.constant("data" as const),
        direction,
        bytes: fc.uint8Array({ minLength: 1, maxLength: 200 }),
        mark: fc.constant(mark),
      }),
      fc.record({ kind: fc.constant("gap" as const), direction, missingBytes: fc.nat(5_000), mark: fc.constant(mark) }),
      fc.record({ kind: fc.constant("fin" as const), direction, mark: fc.constant(mark) }),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 12 }), fc.constantFrom(...dissector.transports), (events, transport) => {
        const transcript = randomTranscript(events, transport);
        expectWithinLimits(dissector, runTranscript(dissector, transcript));
        recogniseTranscript(transcript);
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});

function saidBy(fixture: Fixture, run: TranscriptRun): string {
  return renderGolden(fixture, run);
}

function expectWithinLimits({ limits }: Dissector, run: TranscriptRun): void {
  if (run.emittedByClose > limits.pendingCalls + 2)
    expect(run.emittedByClose).toBeLessThanOrEqual(limits.pendingCalls + 2);
  for (const { requestBody = "", responseBody = "" } of run.calls) {
    const longest = Math.max(requestBody.length, responseBody.length);
    if (limits.bodyBytes > 0 && longest > limits.bodyBytes) expect(longest).toBeLessThanOrEqual(limits.bodyBytes);
  }
}

function randomTranscript(events: readonly TranscriptEvent[], transport: "tcp" | "udp"): Transcript {
  return {
    about: "random",
    source: "fast-check",
    kind: "hostile",
    transport,
    clientPort: 40_000,
    serverPort: 40_001,
    midStream: false,
    events,
    close: { reason: "captureEnd", mark: { packetNumber: 1, atNs: 0 } },
  };
}

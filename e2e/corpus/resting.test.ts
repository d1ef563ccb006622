import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { Names } from "@weir/identity";
import { Pipeline } from "@weir/pipeline";
import { ProbeMemory } from "@weir/protocols";
import { CaptureReader } from "@weir/wire";
import { describe, expect, it } from "vitest";
import { type CorpusCapture, corpusOrSkip } from "./corpus.ts";

const captures = corpusOrSkip();
/** Larger ones say nothing that smaller ones do not, and every packet makes all that is awake rest. */
const MOST_BYTES = 1 << 20;

const text = (_: string, value: unknown) => (typeof value === "bigint" ? String(value) : value);

/** All records of a capture as text, in the order in which they are told. */
function recordsOf({ path }: CorpusCapture, restNs: number): { records: string[]; rests: number } {
  const records: string[] = [];
  let rests = 0;
  const tell = (record: object) => {
    records.push(JSON.stringify(record, text));
  };
  const pipeline = new Pipeline({
    captureId: "corpus",
    names: new Names(),
    probeMemory: new ProbeMemory(),
    sink: { connection: tell, call: tell, update: tell },
    limits: { restNs },
  });
  const reader = new CaptureReader();
  const file = readFileSync(path);
  const bytes = file[0] === 0x1f && file[1] === 0x8b ? gunzipSync(file) : file;
  reader.push(bytes, (packet) => {
    pipeline.packet(packet, reader.startUnixNs);
    rests += pipeline.held.resting;
  });
  pipeline.finish();
  return { records, rests };
}

describe.skipIf(captures.length === 0)(
  "connections that go to rest after each packet, and wake with the next one",
  () => {
    it("give the same records, and calls, as those that stay awake", () => {
      const differing: string[] = [];
      let rested = 0;
      for (const capture of captures.filter(({ path }) => readFileSync(path).length <= MOST_BYTES)) {
        const awake = recordsOf(capture, Number.POSITIVE_INFINITY);
        const resting = recordsOf(capture, 0);
        rested += resting.rests;
        if (awake.rests > 0 || awake.records.join("\n") !== resting.records.join("\n")) differing.push(capture.name);
      }
      expect(differing).toEqual([]);
      expect(rested).toBeGreaterThan(10_000);
    });
  },
);

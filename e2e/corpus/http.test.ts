import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Names } from "@weir/identity";
import { Direction } from "@weir/model";
import { describe, expect, it } from "vitest";
import { openSource } from "../../apps/weir/src/capture-source/source.ts";
import { readCapture } from "../../apps/weir/src/read-capture.ts";
import { http1 } from "../../packages/protocols/src/http1/index.ts";
import { cutInPieces } from "../../packages/protocols/src/testing/cuts.ts";
import { runTranscript } from "../../packages/protocols/src/testing/run-transcript.ts";
import type { Transcript, TranscriptEvent } from "../../packages/protocols/src/testing/transcript.ts";
import { readFacts } from "../../tools/oracle/facts.ts";
import { corpusOrSkip } from "./corpus.ts";

type Counts = Readonly<Record<string, number>>;

/** Shares of captures whose counts equal tshark's; the agreement may rise, not fall. What differs stands in the README of `http1`. */
const MIN_EQUAL_METHODS = 0.94;
const MIN_EQUAL_CODES = 0.86;

const everything = corpusOrSkip();
const captures = everything.filter(({ path }) => {
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

const streams = libhtpStreams();

describe.skipIf(streams.length === 0)("the streams with which libhtp tests itself", () => {
  it.each(streams)("%s is read without a crash, and alike however it is cut", (_name, bytes) => {
    const transcript = libhtpTranscript(bytes);
    const whole = runTranscript(http1, transcript);
    for (const pieceBytes of [1, 7]) expect(runTranscript(http1, cutInPieces(transcript, pieceBytes))).toEqual(whole);
  });
});

/** Files of libhtp's tests in the corpus, by name. They are read where they lie. */
function libhtpStreams(): (readonly [name: string, bytes: Buffer])[] {
  const [any] = everything;
  if (any === undefined) return [];
  const folder = join(any.path.slice(0, -any.name.length), "telemetry/http1-stream/libhtp/test/files");
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith(".t"));
  return names.map((name) => [name, readFileSync(join(folder, name))] as const);
}

/** libhtp's format: blocks behind lines `>>>` (client) and `<<<` (server). */
function libhtpTranscript(bytes: Buffer): Transcript {
  const events = bytes
    .toString("latin1")
    .split(/(?:^|\r?\n)(?=(?:>>>|<<<)\r?\n)/)
    .filter((block) => /^(?:>>>|<<<)/.test(block))
    .map((block, index): TranscriptEvent => {
      const mark = { packetNumber: index + 1, atNs: index };
      const direction = block.startsWith(">") ? Direction.toServer : Direction.toClient;
      return { kind: "data", direction, bytes: Buffer.from(block.replace(/^...\r?\n/, ""), "latin1"), mark };
    });
  const close = { reason: "fin", mark: { packetNumber: events.length + 1, atNs: events.length } } as const;
  return {
    about: "libhtp",
    source: "libhtp",
    kind: "hostile",
    transport: "tcp",
    clientPort: 40_000,
    serverPort: 80,
    midStream: false,
    events,
    close,
  };
}

async function countCalls(path: string): Promise<{ readonly methods: Counts; readonly codes: Counts }> {
  const methods: Record<string, number> = {};
  const codes: Record<string, number> = {};
  await readCapture(await openSource(path), {
    captureId: "corpus",
    names: new Names(),
    sink: {
      connection: () => undefined,
      call({ attributes }) {
        // Whatever HTTP carried: the facts know HTTP/2 by other names.
        if (/^[23]/.test(attributes["network.protocol.version"] ?? "")) return;
        const method = attributes["http.request.method"];
        const code = attributes["http.response.status_code"];
        if (method !== undefined) methods[method] = (methods[method] ?? 0) + 1;
        if (code !== undefined) codes[code] = (codes[code] ?? 0) + 1;
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

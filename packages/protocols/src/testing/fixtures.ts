import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TranscriptRun } from "./run-transcript.ts";
import { parseTranscript, type Transcript } from "./transcript.ts";

const SOURCES = fileURLToPath(new URL("..", import.meta.url));
const TRANSCRIPT = ".transcript";
const GOLDEN = ".golden.jsonl";

/** One transcript of a protocol's folder, and the golden that belongs to it. */
export interface Fixture {
  readonly name: string;
  readonly transcript: Transcript;
  readonly goldenPath: string;
}

/** Folder of a protocol. */
export function folderOf(id: string): string {
  return join(SOURCES, id);
}

/** Folders of all protocols: those with a `record.ts`. */
export function protocolFolders(): string[] {
  return readdirSync(SOURCES)
    .filter((name) => existsSync(join(SOURCES, name, "record.ts")))
    .sort();
}

/** The transcripts of a protocol, in the order of their names. */
export function fixturesOf(id: string): Fixture[] {
  const folder = join(folderOf(id), "fixtures");
  return namesIn(folder, TRANSCRIPT).map((name) => ({
    name,
    transcript: parseNamed(join(folder, name + TRANSCRIPT)),
    goldenPath: join(folder, name + GOLDEN),
  }));
}

/** Names of goldens, whether or not there is a transcript for them. */
export function goldenNamesOf(id: string): string[] {
  return namesIn(join(folderOf(id), "fixtures"), GOLDEN);
}

/** The golden of a run: a line about it, then one JSON line for each call and each violation. */
export function renderGolden(fixture: Fixture, run: TranscriptRun): string {
  const head = {
    golden: 1,
    transcript: fixture.name + TRANSCRIPT,
    about: fixture.transcript.about,
    calls: run.calls.length,
    letGo: run.letGo,
  };
  const lines = [head, ...run.calls.map((call) => ({ call })), ...run.violations.map((violation) => ({ violation }))];
  return `${lines.map((line) => JSON.stringify(line)).join("\n")}\n`;
}

function namesIn(folder: string, suffix: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(suffix))
    .map((name) => name.slice(0, -suffix.length))
    .sort();
}

function parseNamed(path: string): Transcript {
  try {
    return parseTranscript(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new Error(`${path}: ${String(cause)}`, { cause });
  }
}

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { analyseCapture } from "./analyse.ts";
import { compareStream, type Difference, isAnnounced } from "./compare.ts";
import { readFacts } from "./facts.ts";
import { compareChunks } from "./sctp.ts";

/** How one capture compares with its facts. */
export interface CaptureComparison {
  readonly streams: number;
  /** Streams that differ in any fact. */
  readonly differing: readonly { readonly stream: number; readonly differences: readonly Difference[] }[];
  /** Of the equal streams, those that are equal but for a SYN that tshark leaves out, see {@link isAnnounced}. */
  readonly announced: number;
  /** What differs of SCTP's chunks; undefined where tshark saw none. */
  readonly chunks: readonly Difference[] | undefined;
}

/** Holds every TCP stream of a capture, and its SCTP chunks in all, against tshark's facts. `isCrafted` captures have timestamps that mean nothing. */
export function compareCapture(capture: string, isCrafted: boolean): CaptureComparison {
  const facts = readFacts(capture);
  const { connections, associations, shownCompleteness, firstRttNs } = analyseCapture(capture);
  const differing: { stream: number; differences: Difference[] }[] = [];
  let announced = 0;
  for (const streamFacts of facts.tcp.per_stream) {
    const { stream } = streamFacts;
    const differences = compareStream(
      streamFacts,
      connections.get(stream),
      shownCompleteness.get(stream),
      isCrafted ? undefined : firstRttNs.get(stream),
    );
    if (differences.length > 0) differing.push({ stream, differences });
    else if (isAnnounced(streamFacts, shownCompleteness.get(stream))) announced += 1;
  }
  const chunks =
    Object.keys(facts.sctp?.chunks ?? {}).length === 0 ? undefined : compareChunks(facts.sctp ?? {}, associations);
  return { streams: facts.tcp.per_stream.length, differing, announced, chunks };
}

/** Captures whose timestamps mean nothing, by the manifest that stands in a folder or above it. */
export function craftedCaptures(from: string): ReadonlySet<string> {
  for (let at = from; ; at = join(at, "..")) {
    const manifest = join(at, "MANIFEST.json");
    if (existsSync(manifest)) {
      const { captures } = JSON.parse(readFileSync(manifest, "utf8")) as {
        captures: { file: string; crafted_hint?: boolean }[];
      };
      return new Set(captures.filter((row) => row.crafted_hint === true).map((row) => join(at, row.file)));
    }
    if (at === join(at, "..")) return new Set();
  }
}

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { FactsEvent } from "./calls/comparison.ts";
import type { SctpFacts } from "./sctp.ts";

/** What tshark says about one TCP stream, as the facts files keep it. Pairs are [client, server] by tshark's first sender or SYN. */
export interface StreamFacts {
  readonly stream: number;
  readonly client: string;
  readonly server: string;
  readonly client_from_syn: boolean;
  readonly packets: readonly [number, number];
  readonly bytes: readonly [number, number];
  readonly syn: number;
  readonly synack: number;
  readonly fin: readonly [number, number];
  readonly rst: readonly [number, number];
  readonly initial_rtt?: number;
  readonly completeness?: number;
  readonly flags?: Readonly<Record<string, readonly [number, number]>>;
  readonly mss?: readonly [number | null, number | null];
  readonly wscale?: readonly [number | null, number | null];
}

/** A facts file: what tshark says about one capture. */
export interface CaptureFacts {
  readonly frames: number;
  readonly wire_bytes: number;
  readonly captured_bytes: number;
  readonly tcp: { readonly streams: number; readonly per_stream: readonly StreamFacts[] };
  readonly udp: { readonly streams: number };
  readonly sctp?: SctpFacts;
  /** What tshark said of each protocol at each frame, at most `app_events_cap` frames. */
  readonly app_events: Readonly<Record<string, readonly FactsEvent[]>>;
  /** How many frames there were. */
  readonly app_event_frames: Readonly<Record<string, number>>;
  readonly app_counts: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

const SUFFIX = ".facts.json";

/** All captures below a folder that have facts beside them, in stable order. */
export function capturesWithFacts(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(SUFFIX))
    .map((name) => join(folder, name.slice(0, -SUFFIX.length)))
    .sort();
}

export function readFacts(capture: string): CaptureFacts {
  return JSON.parse(readFileSync(capture + SUFFIX, "utf8")) as CaptureFacts;
}

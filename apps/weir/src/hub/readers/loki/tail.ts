import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Labels, signature } from "@weir/promql";
import type { LogSelector } from "./expression.ts";
import type { Line } from "./pipeline.ts";

/** What lines are read from; see `StoredLines`. */
export interface TailSource {
  lines(
    selector: LogSelector,
    period: { readonly fromNs: bigint; readonly toNs: bigint },
    newestFirst: boolean,
    limit: number,
  ): Promise<{ readonly lines: readonly Line[]; readonly isCut: boolean }>;
}

/** Who listens to lines as they come. */
export interface TailListener {
  /** One message of Loki's: new lines, the oldest first, and from when to when there were more than a message may have. */
  send(message: TailMessage): void;
  /** Bytes that it has not taken yet. */
  waitingBytes(): number;
}

export interface TailMessage {
  readonly streams: readonly { readonly stream: Labels; readonly values: readonly (readonly [string, string])[] }[];
  readonly dropped_entries?: readonly { readonly labels: Labels; readonly timestamp: string }[];
}

export interface TailOptions {
  readonly selector: LogSelector;
  /** From when on lines are shown that are there already. */
  readonly startNs: bigint;
  /** Lines of that, the newest. */
  readonly limit: number;
  readonly lookEveryMs?: number;
}

const LOOK_EVERY_MS = 1_000;
/** A line is shown where it comes at most so long after its own time: senders gather lines, and clocks differ. */
const LATE_NS = 30_000_000_000n;
/** Lines of the future are those of clocks that are ahead. */
const AHEAD_NS = 5_000_000_000n;
/** Lines of one look; of more the newest are shown, and that there were others is said. */
const MAX_LINES = 2_000;
/** Who takes nothing gets nothing new until it does. */
const MAX_WAITING_BYTES = 4 << 20;
const NS_PER_MS = 1_000_000n;

/** Sends lines as they come, until told to stop. Fails where the store does. */
export async function tailLines(
  source: TailSource,
  { selector, startNs, limit, lookEveryMs = LOOK_EVERY_MS }: TailOptions,
  listener: TailListener,
  signal: AbortSignal,
): Promise<void> {
  const shown = new Shown();
  let fromNs = startNs;
  // Of what is there already a number of lines was asked for; the others are known, so that they do not come later.
  let isFirst = true;
  while (!signal.aborted) {
    if (listener.waitingBytes() < MAX_WAITING_BYTES) {
      const nowNs = BigInt(Date.now()) * NS_PER_MS;
      const most = isFirst ? Math.max(limit, MAX_LINES) : MAX_LINES;
      const { lines, isCut } = await source.lines(selector, { fromNs, toNs: nowNs + AHEAD_NS }, true, most);
      const fresh = shown.fresh(lines);
      const isMissing = !isFirst && (isCut || lines.length === most) && fresh.length === lines.length;
      const told = (isFirst ? fresh.slice(0, limit) : fresh).reverse();
      if (told.length > 0 && !signal.aborted) listener.send(messageOf(told, isMissing));
      isFirst = false;
      fromNs = nowNs - LATE_NS;
      shown.forgetBefore(fromNs);
    }
    await sleep(lookEveryMs, undefined, { signal }).catch(() => undefined);
  }
}

function messageOf(lines: readonly Line[], isMissing: boolean): TailMessage {
  const byStream = new Map<string, { readonly stream: Labels; readonly values: [string, string][] }>();
  for (const { labels, atNs, text } of lines) {
    const key = signature(labels);
    const known = byStream.get(key) ?? { stream: labels, values: [] };
    known.values.push([String(atNs), text]);
    byStream.set(key, known);
  }
  const streams = [...byStream.values()];
  if (!isMissing) return { streams };
  return { streams, dropped_entries: [{ labels: {}, timestamp: String(lines[0]?.atNs ?? 0n) }] };
}

/** Lines that were shown, and may be read again; as many of the same are told apart by their number. */
class Shown {
  #counts = new Map<string, { readonly atNs: bigint; count: number }>();

  /** Those that were not shown before. */
  fresh(lines: readonly Line[]): Line[] {
    const read = new Map<string, number>();
    return lines.filter((line) => {
      const key = createHash("sha256")
        .update(`${line.atNs} ${signature(line.labels)} ${line.text}`)
        .digest("base64");
      const number = (read.get(key) ?? 0) + 1;
      read.set(key, number);
      const known = this.#counts.get(key);
      if (known !== undefined && number <= known.count) return false;
      this.#counts.set(key, { atNs: line.atNs, count: number });
      return true;
    });
  }

  /** Of lines before this nothing is read any more. */
  forgetBefore(ns: bigint): void {
    for (const [key, { atNs }] of this.#counts) if (atNs < ns) this.#counts.delete(key);
  }
}

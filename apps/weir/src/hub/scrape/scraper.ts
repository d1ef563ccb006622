import type { EncodedReading } from "@weir/receive";
import type { Intake } from "../receivers/intake.ts";
import type { ScrapeTarget } from "./targets.ts";

/** Longest answer of a target, decompressed. */
const MAX_BODY_BYTES = 10 << 20;
const ACCEPT = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5";

/** Targets that are being asked. */
export interface Scraper {
  /** What is wrong with those that did not answer; empty where all did. */
  problems(): readonly string[];
  close(): Promise<void>;
}

interface Answer {
  readonly body: Uint8Array;
  readonly contentType: string;
}

const NO_ANSWER: Answer = { body: new Uint8Array(), contentType: "" };

/** Asks every target once in its interval, the first time within it: not all at once. */
export function startScraping(targets: readonly ScrapeTarget[], intake: Intake): Scraper {
  const stop = new AbortController();
  const problems = new Map<ScrapeTarget, string>();
  const loops = targets.map((target, at) =>
    scrapeAgainAndAgain(target, (at * target.intervalMs) / targets.length, intake, problems, stop.signal),
  );
  return {
    problems: () => [...problems.values()],
    async close() {
      stop.abort();
      await Promise.all(loops);
    },
  };
}

async function scrapeAgainAndAgain(
  target: ScrapeTarget,
  firstAfterMs: number,
  intake: Intake,
  problems: Map<ScrapeTarget, string>,
  stop: AbortSignal,
): Promise<void> {
  const labels = [...target.labels];
  let shown = "";
  await pause(firstAfterMs, stop);
  while (!stop.aborted) {
    const atUnixMs = Date.now();
    const answer = await ask(target, stop).catch((error: Error) => error);
    if (stop.aborted) return;
    const isUp = !(answer instanceof Error);
    if (isUp) problems.delete(target);
    else problems.set(target, `${target.url.href}: ${reasonOf(answer)}`);
    const { body, contentType } = isUp ? answer : NO_ANSWER;
    const scrape = { labels, atUnixMs, durationMs: Date.now() - atUnixMs, isUp, contentType, shownBefore: shown };
    await intake.takeUnanswered(body.length, async (): Promise<EncodedReading> => {
      const { reading, told } = await intake.read("scrape", body, scrape, shown.length);
      shown = told;
      return reading;
    });
    await pause(atUnixMs + target.intervalMs - Date.now(), stop);
  }
}

/** Asks once. Fails where there is no good answer in time. */
async function ask({ url, timeoutMs }: ScrapeTarget, stop: AbortSignal): Promise<Answer> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(timeoutMs)]);
  const response = await fetch(url, { headers: { accept: ACCEPT }, signal });
  if (!response.ok || response.body === null) throw new Error(`it answers ${response.status}`);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES) throw new Error(`it shows more than ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  const contentType = (response.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  return { body: Buffer.concat(chunks), contentType };
}

/** Fetch hides what went wrong in the cause. */
function reasonOf(error: Error): string {
  return error.cause instanceof Error ? error.cause.message : error.message;
}

/** Waits, unless it is told to stop. */
function pause(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stop.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      stop.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, Math.max(0, ms));
    stop.addEventListener("abort", done);
  });
}

import type { ConsoleQuestion } from "./questions.ts";

/** How long a question took. */
export interface Asked {
  readonly name: string;
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** The first time: nothing of it was in memory. */
  readonly firstMs: number;
  readonly times: number;
}

/** Who takes longer than this is not asked as often. */
const PATIENCE_MS = 60_000;

/** Asks a hub, `times` times or until patience ends; answers are read to their end. */
export async function ask(hub: string, { name, path, body }: ConsoleQuestion, times: number): Promise<Asked> {
  const took: number[] = [];
  const beganAtMs = performance.now();
  while (took.length < times && (took.length === 0 || performance.now() - beganAtMs < PATIENCE_MS)) {
    const startedAtMs = performance.now();
    const response = await fetch(new URL(path, hub), body === undefined ? {} : jsonBody(body));
    const text = await response.text();
    if (!response.ok) throw new Error(`${name}: the hub answered ${response.status}: ${text}`);
    took.push(performance.now() - startedAtMs);
  }
  const sorted = took.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return { name, p50Ms: at(0.5), p95Ms: at(0.95), firstMs: took[0] ?? Number.NaN, times: took.length };
}

function jsonBody(body: object): RequestInit {
  return { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

import { type AgentReport, agentReportAnswerSchema, BATCH_TYPE, type BatchTable } from "@weir/http-contract";

/** What became of a request: taken; to be sent again later, and why; or never to be taken, and why. */
export type Outcome =
  | { readonly kind: "taken" }
  | { readonly kind: "later"; readonly why: string }
  | { readonly kind: "refused"; readonly why: string };

/** How the clocks of hub and agent differ, as one report measured it. */
export interface ClockMeasure {
  /** The hub's minus the agent's. */
  readonly offsetNs: number;
  readonly roundTripNs: number;
}

export interface HubClientOptions {
  readonly url: URL;
  readonly agentId: string;
  /** Shown to the hub; read anew for each request, so that it may be changed on disk. */
  readonly token: () => string | undefined;
}

const TIMEOUT_MS = 30_000;
const NS_PER_MS = 1e6;
/** Answers that will not become better: the batch itself is wrong. */
const HOPELESS: ReadonlySet<number> = new Set([400, 404, 413, 422]);

/** Speaks to the hub over HTTP. */
export class HubClient {
  readonly #options: HubClientOptions;

  constructor(options: HubClientOptions) {
    this.#options = options;
  }

  /** Sends a batch; taken means that the hub's store has it on disk. */
  async send(
    batch: { readonly table: BatchTable; readonly captureId: string; readonly token: string },
    bytes: Uint8Array,
  ): Promise<Outcome> {
    const query = new URLSearchParams({ capture: batch.captureId, token: batch.token });
    return this.#post(`batches/${batch.table}?${query}`, bytes, BATCH_TYPE);
  }

  /** Reports on the agent; measures the hub's clock on the way. */
  async report(report: AgentReport): Promise<ClockMeasure | undefined> {
    const sentAtMs = Date.now();
    const startedAt = performance.now();
    const outcome = await this.#post("report", JSON.stringify(report), "application/json");
    const roundTripMs = performance.now() - startedAt;
    if (outcome.kind !== "taken" || outcome.hubUnixMs === undefined) return undefined;
    const offsetMs = outcome.hubUnixMs - (sentAtMs + roundTripMs / 2);
    return { offsetNs: Math.round(offsetMs * NS_PER_MS), roundTripNs: Math.round(roundTripMs * NS_PER_MS) };
  }

  async #post(path: string, body: string | Uint8Array, contentType: string): Promise<Outcome & { hubUnixMs?: number }> {
    const { url, agentId, token } = this.#options;
    const bearer = token();
    const headers: Record<string, string> = { "content-type": contentType };
    if (bearer !== undefined) headers["authorization"] = `Bearer ${bearer}`;
    try {
      const response = await fetch(new URL(`/api/agents/${encodeURIComponent(agentId)}/${path}`, url), {
        method: "POST",
        headers,
        body: body as string | Uint8Array<ArrayBuffer>,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const answer = (await response.json().catch(() => undefined)) as Record<string, unknown> | undefined;
      if (response.ok) {
        const parsed = agentReportAnswerSchema.safeParse(answer);
        return { kind: "taken", ...(parsed.success && parsed.data) };
      }
      const why = `the hub answers ${response.status}: ${String(answer?.["message"] ?? response.statusText)}`;
      return { kind: HOPELESS.has(response.status) ? "refused" : "later", why };
    } catch (error) {
      const cause = (error as Error).cause as Error | undefined;
      return { kind: "later", why: `the hub cannot be reached: ${cause?.message ?? (error as Error).message}` };
    }
  }
}

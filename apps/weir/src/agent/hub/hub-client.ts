import type { WeirError } from "@weir/base";
import {
  type AgentOrders,
  type AgentReport,
  agentOrdersSchema,
  agentReportAnswerSchema,
  BATCH_TYPE,
  type BatchTable,
  type ClusterChanges,
  type ClusterQuestion,
  clusterChangesSchema,
  MAX_ORDERS_WAIT_MS,
  PCAPNG_TYPE,
} from "@weir/http-contract";
import { z } from "zod";

/** What became of a request: taken; to be sent again later, and why; or never to be taken, and why. */
export type Outcome =
  | { readonly kind: "taken" }
  | { readonly kind: "later"; readonly why: string }
  | { readonly kind: "refused"; readonly why: string };

/** What the hub told of its cluster, or why it did not. */
export type ClusterAnswer =
  | { readonly kind: "told"; readonly changes: ClusterChanges }
  | { readonly kind: "failed"; readonly why: string };

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
  /** Node's own where no certificates are used. */
  readonly fetch?: typeof fetch;
  readonly log: (line: string) => void;
}

const JSON_TYPE = "application/json";
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

  /** Asks for orders; the hub answers when it has some. Undefined where it does not answer: reports and batches tell what keeps it away. */
  async orders(have: string, signal: AbortSignal): Promise<AgentOrders | undefined> {
    const query = new URLSearchParams({ have, waitMs: String(MAX_ORDERS_WAIT_MS) });
    const outcome = await this.#get(`orders?${query}`, signal);
    return outcome.kind === "taken" ? this.#understood(agentOrdersSchema, outcome.answer) : undefined;
  }

  /** Asks what has changed in the cluster that the hub follows; it answers when something has. */
  async cluster(question: Omit<ClusterQuestion, "waitMs">, signal: AbortSignal): Promise<ClusterAnswer> {
    const { run, after, listing, node } = question;
    const words = { run, after: String(after), listing: String(listing), waitMs: String(MAX_ORDERS_WAIT_MS) };
    const query = new URLSearchParams(node === undefined ? words : { ...words, node });
    const outcome = await this.#get(`cluster?${query}`, signal);
    if (outcome.kind !== "taken") return { kind: "failed", why: outcome.why };
    const changes = this.#understood(clusterChangesSchema, outcome.answer);
    return changes === undefined
      ? { kind: "failed", why: "the hub's answer is not understood" }
      : { kind: "told", changes };
  }

  /** Reports on the agent; measures the hub's clock on the way. */
  async report(report: AgentReport): Promise<ClockMeasure | undefined> {
    const sentAtMs = Date.now();
    const startedAt = performance.now();
    const outcome = await this.#post("report", JSON.stringify(report), JSON_TYPE);
    const roundTripMs = performance.now() - startedAt;
    if (outcome.kind !== "taken") return undefined;
    const understood = this.#understood(agentReportAnswerSchema, outcome.answer);
    if (understood === undefined) return undefined;
    const offsetMs = understood.hubUnixMs - (sentAtMs + roundTripMs / 2);
    return { offsetNs: Math.round(offsetMs * NS_PER_MS), roundTripNs: Math.round(roundTripMs * NS_PER_MS) };
  }

  /** Answers a request with packets, or that it is done. */
  async answer(requestId: string, packets: AsyncIterable<Uint8Array> | undefined): Promise<void> {
    const path = `answers/${encodeURIComponent(requestId)}`;
    const outcome = await (packets === undefined
      ? this.#post(path, JSON.stringify({ done: true }), JSON_TYPE)
      : this.#post(path, ReadableStream.from(packets) as ReadableStream<Uint8Array>, PCAPNG_TYPE));
    if (outcome.kind !== "taken") this.#options.log(`an answer did not reach the hub: ${outcome.why}`);
  }

  /** Says why a request cannot be answered. */
  async refuse(requestId: string, { code, message, hint }: WeirError): Promise<void> {
    await this.#post(`answers/${encodeURIComponent(requestId)}`, JSON.stringify({ code, message, hint }), JSON_TYPE);
  }

  #understood<S extends z.ZodType>(schema: S, answer: unknown): z.infer<S> | undefined {
    const parsed = schema.safeParse(answer);
    if (parsed.success) return parsed.data;
    this.#options.log(`the hub's answer is not understood: ${z.prettifyError(parsed.error)}`);
    return undefined;
  }

  #address(path: string): URL {
    const { url, agentId } = this.#options;
    return new URL(`/api/agents/${encodeURIComponent(agentId)}/${path}`, url);
  }

  #headers(): Record<string, string> {
    const bearer = this.#options.token();
    return bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
  }

  /** Asks something whose answer the hub may hold back. */
  #get(path: string, signal: AbortSignal): Promise<Outcome & { answer?: unknown }> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(MAX_ORDERS_WAIT_MS + TIMEOUT_MS)]);
    return this.#fetch(path, { headers: this.#headers(), signal: limit });
  }

  #post(
    path: string,
    body: string | Uint8Array | ReadableStream<Uint8Array>,
    contentType: string,
  ): Promise<Outcome & { answer?: unknown }> {
    return this.#fetch(path, {
      method: "POST",
      headers: { ...this.#headers(), "content-type": contentType },
      body: body as string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>,
      ...(body instanceof ReadableStream && { duplex: "half" }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  }

  async #fetch(path: string, init: RequestInit): Promise<Outcome & { answer?: unknown }> {
    try {
      const response = await (this.#options.fetch ?? fetch)(this.#address(path), init);
      const answer = (await response.json().catch(() => undefined)) as Record<string, unknown> | undefined;
      if (response.ok) return { kind: "taken", answer };
      const why = `the hub answers ${response.status}: ${String(answer?.["message"] ?? response.statusText)}`;
      return { kind: HOPELESS.has(response.status) ? "refused" : "later", why };
    } catch (error) {
      const cause = (error as Error).cause as Error | undefined;
      return { kind: "later", why: `the hub cannot be reached: ${cause?.message ?? (error as Error).message}` };
    }
  }
}

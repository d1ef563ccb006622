import type { AgentReport, AgentView, BatchTable } from "@weir/http-contract";
import type { Page, Store } from "@weir/storage";
import { AgentRequests } from "./requests.ts";

/** Agents that are known at once; those that reported longest ago are forgotten. */
const MAX_AGENTS = 10_000;
/** An agent that has not reported for so long is not connected. */
const SILENT_AFTER_MS = 15_000;

interface Known {
  readonly report: AgentReport;
  readonly lastSeenMs: number;
  /** Its run has ended, and its capture is in the store. */
  readonly isStored: boolean;
}

/** The agents that send to this hub: who they are, how they do, and their batches on the way to the store. */
export class Agents {
  /** What they are asked for. */
  readonly requests = new AgentRequests();
  readonly #store: Store;
  readonly #known = new Map<string, Known>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Takes a report. */
  report(agentId: string, report: AgentReport, nowMs: number): void {
    this.#known.delete(agentId);
    this.#known.set(agentId, { report, lastSeenMs: nowMs, isStored: false });
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MAX_AGENTS) break;
      this.#known.delete(oldest);
    }
  }

  /** The agent that keeps the packets of a run of its own, where one has said so. */
  keeperOf(captureId: string): string | undefined {
    for (const [agentId, { report }] of this.#known)
      if (
        report.history !== undefined &&
        (report.captureId === captureId || report.history.captureIds.includes(captureId))
      )
        return agentId;
    return undefined;
  }

  /** Puts a batch into the store, unread; returns when it is on disk. The last batch of a run is its capture. */
  async take(table: BatchTable, captureId: string, token: string, block: Uint8Array): Promise<void> {
    await this.#store.insertBlock(table, block, token);
    if (table !== "captures") return;
    await this.#store.mendRollups(captureId);
    for (const [agentId, known] of this.#known)
      if (known.report.captureId === captureId) this.#known.set(agentId, { ...known, isStored: true });
  }

  /** All agents, those that reported last first. */
  view(nowMs: number): AgentView[] {
    return [...this.#known]
      .map(([agentId, { report, lastSeenMs }]) => ({
        ...report,
        agentId,
        isConnected: nowMs - lastSeenMs < SILENT_AFTER_MS,
        lastSeenAt: new Date(lastSeenMs).toISOString(),
      }))
      .reverse();
  }

  /** Stored captures, and before them those of runs that go on, as far as their agents have told. */
  withLiveCaptures({ items, total }: Page): Page {
    const stored = new Set(items.map((capture) => capture["captureId"]));
    const live = [...this.#known.values()].flatMap(({ report: { capture }, isStored }) =>
      capture === undefined || isStored || stored.has(capture["captureId"]) ? [] : [capture as Page["items"][number]],
    );
    return { items: [...live, ...items], total: total + live.length };
  }
}

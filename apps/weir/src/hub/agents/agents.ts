import type { AgentOrders, AgentReport, AgentView, BatchTable } from "@weir/http-contract";
import type { Page, Store } from "@weir/storage";
import type { RecordExports } from "../record-exports.ts";
import type { AgentControl } from "./control/agent-control.ts";
import { AgentRequests } from "./requests.ts";
import type { Waits } from "./waits.ts";

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
  readonly requests: AgentRequests;
  /** What they are told to do. */
  readonly control: AgentControl;
  readonly #store: Store;
  readonly #waits: Waits;
  readonly #exports: RecordExports;
  readonly #known = new Map<string, Known>();

  constructor(store: Store, control: AgentControl, waits: Waits, exports: RecordExports) {
    this.#store = store;
    this.control = control;
    this.#waits = waits;
    this.#exports = exports;
    this.requests = new AgentRequests((agentId) => waits.wake(agentId));
  }

  /** What an agent is to do, as soon as there is something that it does not have, or when the wait is over. */
  async orders(agentId: string, have: string, waitMs: number, signal: AbortSignal): Promise<AgentOrders> {
    const isIdle = this.control.offerTo(have) === undefined && !this.requests.hasFor(agentId);
    if (isIdle) await this.#waits.wait(agentId, waitMs, signal);
    const control = this.control.offerTo(have);
    return {
      hubUnixMs: Date.now(),
      publicKey: this.control.publicKey,
      ...(control !== undefined && { control }),
      // Requests are given once: nobody hears them any more where the agent has hung up.
      requests: signal.aborted ? [] : this.requests.due(agentId),
    };
  }

  /** Lets go of agents that wait. */
  close(): void {
    this.#waits.close();
    this.control.close();
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
    this.#exports.block(table, token, block);
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

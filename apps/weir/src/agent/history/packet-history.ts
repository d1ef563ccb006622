import { WeirError } from "@weir/base";
import type { AgentReport, AgentRequest } from "@weir/http-contract";
import { HistoryFolder, type HistoryLimits } from "./history-folder.ts";
import type { HistoryCounts } from "./history-writer.ts";
import { keptPackets } from "./kept-packets.ts";
import type { Segment } from "./segment.ts";

const NS_PER_MS = 1_000_000n;
/** Runs that are named in a report at most: the latest. */
const MAX_RUNS = 100;

/** The packets that this agent keeps, as the hub asks for them. */
export class PacketHistory {
  readonly #folder: HistoryFolder;
  readonly #flushes: (() => void)[] = [];
  /** Has the capture worker write what it gathered, after which it says {@link PacketHistory.flushed}; set when it runs. */
  onFlush: (() => void) | undefined;

  constructor(folder: string, limits: HistoryLimits) {
    this.#folder = new HistoryFolder(folder, limits);
  }

  add(segment: Segment): void {
    this.#folder.add(segment, Date.now());
  }

  /** What was gathered is on disk. */
  flushed(): void {
    this.#flushes.shift()?.();
  }

  /** What is kept, for the status and the hub. */
  view({ packets, skippedPackets, problem }: HistoryCounts): NonNullable<AgentReport["history"]> {
    const { bytes, maxBytes, segments, captureIds, pins } = this.#folder;
    const fromNs = segments[0]?.fromNs;
    return {
      bytes,
      maxBytes,
      ...(fromNs === undefined ? {} : { fromNs: `${fromNs}` }),
      packets,
      skippedPackets,
      problem,
      captureIds: captureIds.slice(-MAX_RUNS),
      pins: pins.map((pin) => ({ name: pin.name, fromNs: `${pin.fromNs}`, toNs: `${pin.toNs}` })),
    };
  }

  /** Does what the hub asks for; packets come back as the pieces of a pcapng file. Throws why it cannot. */
  async answer(request: AgentRequest): Promise<AsyncIterable<Uint8Array> | undefined> {
    const nowMs = Date.now();
    if (request.kind === "unpin") {
      if (!this.#folder.unpin(request.name, nowMs))
        throw new WeirError(
          "NOT_FOUND",
          `no window is pinned as ${request.name}`,
          "GET /api/agents lists those that are",
        );
      return undefined;
    }
    await this.#flush();
    const fromNs = BigInt(request.fromNs);
    const toNs = BigInt(request.toNs);
    if (request.kind === "pin") {
      // What comes later is nobody's to promise: pins would otherwise outgrow the disk.
      const nowNs = BigInt(nowMs) * NS_PER_MS;
      this.#folder.pin({ name: request.name, fromNs, toNs: toNs < nowNs ? toNs : nowNs });
      return undefined;
    }
    const { captureId, keys, comment, names } = request;
    const isHere = this.#folder.between(captureId, fromNs, toNs).length > 0;
    if (!isHere)
      throw new WeirError(
        "NOT_FOUND",
        "the agent keeps no packets of that time any more",
        "Give it more room with --history-mib and --history-hours, or pin a window while it lasts",
      );
    return keptPackets(this.#folder, { captureId, keys, fromNs, toNs }, { comment, names });
  }

  #flush(): Promise<void> {
    const { onFlush } = this;
    if (onFlush === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      this.#flushes.push(resolve);
      onFlush();
    });
  }
}

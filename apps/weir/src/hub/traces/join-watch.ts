import { createHash } from "node:crypto";
import { type AnalysisConfig, judgeJoin } from "@weir/analysis";
import { NS_PER_MS, NS_PER_S, WeirError } from "@weir/base";
import type { Finding } from "@weir/model";
import { countJoinable, readFindingIds, readWatchedPeriods, type Store } from "@weir/storage";
import type { JoinPeriod } from "../../join/batches.ts";
import type { RecordExports } from "../record-exports.ts";
import { joinPeriod } from "./join-many.ts";

const LOOK_EVERY_MS = 10_000;
/** Traces of one period that are joined. */
const TRACES = 500;
/** Periods that are remembered as judged. */
const MAX_JUDGED = 2_000;
/** What agents send live is judged in pieces of this length, so long after their end: spans come later than packets. */
const LIVE_PIECE_MS = 5 * 60_000;
const LIVE_DELAY_MS = 2 * 60_000;
const MARGIN_NS = BigInt(NS_PER_S);

/** Joins what was captured with what was reported, by itself: each period once, when both have come and no more of either does. What follows is stored as findings beside all others. */
export class JoinWatch {
  readonly #store: Store;
  readonly #exports: Pick<RecordExports, "findings">;
  readonly #config: AnalysisConfig;
  readonly #log: (line: string) => void;
  readonly #judged = new Set<string>();
  /** How much there was to join at the last look, by period. */
  #seen = new Map<string, string>();
  #looking: Promise<void> = Promise.resolve();
  readonly #timer: NodeJS.Timeout;

  /** `exports` hears of findings that are new. */
  constructor(
    store: Store,
    exports: Pick<RecordExports, "findings">,
    config: AnalysisConfig,
    log: (line: string) => void,
  ) {
    this.#store = store;
    this.#exports = exports;
    this.#config = config;
    this.#log = log;
    this.#timer = setInterval(() => this.#lookAgain(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  #lookAgain(): void {
    this.#looking = this.#looking
      .then(() => this.#look())
      .catch((error: unknown) => {
        // The store is away, or has too much to do: the next look comes by itself.
        if (!(error instanceof WeirError)) throw error;
        this.#log(`traces were not joined with packets: ${error.message}`);
      });
  }

  async #look(): Promise<void> {
    const periods = [...(await readWatchedPeriods(this.#store)), lastLivePiece(Date.now())];
    const seen = new Map<string, string>();
    for (const period of periods) {
      const key = `${period.fromNs}-${period.toNs}`;
      if (this.#judged.has(key)) continue;
      const { spans, calls } = await countJoinable(this.#store, widened(period));
      if (spans === 0 || calls === 0) continue;
      seen.set(key, `${spans} ${calls}`);
      if (this.#seen.get(key) === seen.get(key)) await this.#judge(period, key);
    }
    this.#seen = seen;
  }

  async #judge(period: JoinPeriod, key: string): Promise<void> {
    const { summary } = await joinPeriod(this.#store, widened(period), TRACES);
    const findings = judgeJoin(summary, this.#config);
    const known = await readFindingIds(
      this.#store,
      findings.map(({ findingId }) => findingId),
    );
    const fresh = findings.filter(({ findingId }) => !known.has(findingId));
    if (fresh.length > 0) {
      await this.#store.insertFindings(fresh, tokenOf(fresh));
      this.#exports.findings(fresh);
    }
    if (this.#judged.size >= MAX_JUDGED) this.#judged.clear();
    this.#judged.add(key);
  }
}

function tokenOf(findings: readonly Finding[]): string {
  const hash = createHash("sha256");
  for (const { findingId } of findings) hash.update(`${findingId}\n`);
  return `join:${hash.digest("hex")}`;
}

function widened({ fromNs, toNs }: JoinPeriod): JoinPeriod {
  return { fromNs: fromNs - MARGIN_NS, toNs: toNs + MARGIN_NS };
}

/** The last piece of live time whose spans should be there. */
function lastLivePiece(nowMs: number): JoinPeriod {
  const toMs = Math.floor((nowMs - LIVE_DELAY_MS) / LIVE_PIECE_MS) * LIVE_PIECE_MS;
  return { fromNs: BigInt(toMs - LIVE_PIECE_MS) * BigInt(NS_PER_MS), toNs: BigInt(toMs) * BigInt(NS_PER_MS) };
}

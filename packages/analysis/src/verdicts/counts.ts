import type { Connection } from "@weir/model";
import { VERDICT_TREES, type VerdictTreeName, wordsOf } from "./judge.ts";
import type { VerdictKind } from "./words.ts";

/** How many connections of an edge arrived at one outcome of a tree. */
export interface CountedOutcome {
  readonly tree: VerdictTreeName;
  readonly outcome: string;
  readonly kind: VerdictKind;
  readonly title: string;
  readonly connections: number;
}

/** Outcomes of one tree with their words, most frequent first. */
export function countedOutcomes(tree: VerdictTreeName, counts: Iterable<readonly [string, number]>): CountedOutcome[] {
  return [...counts]
    .map(([outcome, connections]) => {
      const { kind, title } = wordsOf(tree, outcome);
      return { tree, outcome, kind, title, connections };
    })
    .sort((a, b) => b.connections - a.connections || (a.outcome < b.outcome ? -1 : 1));
}

/** Adds up the verdicts of an edge's connections. It grows with the outcomes that there are, not with the traffic. */
export class VerdictCounts {
  readonly #counts: Readonly<Record<VerdictTreeName, Map<string, number>>> = {
    handshake: new Map(),
    failing: new Map(),
    slow: new Map(),
  };

  /** Counts a connection that was judged; others are left out. */
  add({ handshakeVerdict, failingVerdict, slowVerdict }: Connection): void {
    this.#count("handshake", handshakeVerdict);
    this.#count("failing", failingVerdict);
    this.#count("slow", slowVerdict);
  }

  #count(tree: VerdictTreeName, outcome: string | undefined): void {
    if (outcome === undefined) return;
    const counts = this.#counts[tree];
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  }

  /** What was counted, tree by tree. */
  list(): CountedOutcome[] {
    return VERDICT_TREES.flatMap((tree) => countedOutcomes(tree, this.#counts[tree]));
  }
}

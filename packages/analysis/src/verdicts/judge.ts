import type { Connection, FailingVerdict, HandshakeVerdict, SlowVerdict, TreeStep } from "@weir/model";
import { type AnalysisConfig, DEFAULT_CONFIG } from "../config.ts";
import type { TreeNode } from "../contract.ts";
import { arriveAt, runTree } from "../tree.ts";
import { failingTree } from "./failing-tree.ts";
import { FAILING_WORDS } from "./failing-words.ts";
import { handshakeTree } from "./handshake-tree.ts";
import { HANDSHAKE_WORDS } from "./handshake-words.ts";
import { isSampled, SAMPLED_TREE } from "./sampled-tree.ts";
import { slowTree } from "./slow-tree.ts";
import { SLOW_WORDS } from "./slow-words.ts";
import type { VerdictKind, VerdictWords } from "./words.ts";

/** The questions that are asked of every TCP connection. */
export const VERDICT_TREES = ["handshake", "failing", "slow"] as const;
export type VerdictTreeName = (typeof VERDICT_TREES)[number];

/** An outcome with its name for people. */
export interface NamedOutcome {
  readonly outcome: string;
  readonly title: string;
}

/** What one tree says about one connection. */
export interface ConnectionVerdict extends VerdictWords {
  readonly tree: VerdictTreeName;
  /** The question of the whole tree, for people. */
  readonly question: string;
  /** A value of the connection's field of that name: `slowVerdict` … */
  readonly outcome: string;
  /** The path: each question with what was measured and the threshold. */
  readonly steps: readonly TreeStep[];
  /** Other troubles that an answer on the path ruled out. */
  readonly refuted: readonly NamedOutcome[];
  /** Troubles that the capture neither shows nor rules out. */
  readonly open: readonly NamedOutcome[];
  /** Why the capture cannot tell something on the path. */
  readonly because: readonly string[];
  /** Numbers of the packets that show it. */
  readonly packets: readonly number[];
}

/** Where the three trees arrived, under the names of the connection's fields. */
export interface ConnectionOutcomes {
  readonly handshakeVerdict: HandshakeVerdict;
  readonly failingVerdict: FailingVerdict;
  readonly slowVerdict: SlowVerdict;
}

/** What each outcome of each tree means. */
export const VERDICT_WORDS: Readonly<Record<VerdictTreeName, Readonly<Record<string, VerdictWords>>>> = {
  handshake: HANDSHAKE_WORDS,
  failing: FAILING_WORDS,
  slow: SLOW_WORDS,
};

const QUESTIONS: Readonly<Record<VerdictTreeName, string>> = {
  handshake: "What does the handshake say?",
  failing: "Did it fail?",
  slow: "Was it slow?",
};

const SAMPLED_OUTCOMES: ConnectionOutcomes = {
  handshakeVerdict: "sampled",
  failingVerdict: "sampled",
  slowVerdict: "sampled",
};

/** Runs the verdict trees on single connections, with thresholds of one's own. Only TCP tells enough for them. */
export class ConnectionJudge {
  readonly #handshake: TreeNode<Connection, HandshakeVerdict>;
  readonly #failing: TreeNode<Connection, FailingVerdict>;
  readonly #slow: TreeNode<Connection, SlowVerdict>;

  constructor(config: AnalysisConfig = DEFAULT_CONFIG) {
    this.#handshake = handshakeTree(config);
    this.#failing = failingTree(config);
    this.#slow = slowTree(config);
  }

  /** Where the trees arrive, without a word of why: for counting. Undefined for other transports than TCP. */
  outcomesOf(connection: Connection): ConnectionOutcomes | undefined {
    if (connection.transport !== "tcp") return undefined;
    if (isSampled(connection)) return SAMPLED_OUTCOMES;
    return {
      handshakeVerdict: arriveAt(this.#handshake, connection),
      failingVerdict: arriveAt(this.#failing, connection),
      slowVerdict: arriveAt(this.#slow, connection),
    };
  }

  /** The walks of the three trees; none for other transports than TCP. */
  verdictsOf(connection: Connection): ConnectionVerdict[] {
    if (connection.transport !== "tcp") return [];
    if (isSampled(connection)) return VERDICT_TREES.map((tree) => walk(tree, SAMPLED_TREE, connection));
    return [
      walk("handshake", this.#handshake, connection),
      walk("failing", this.#failing, connection),
      walk("slow", this.#slow, connection),
    ];
  }
}

function walk<Outcome extends string>(
  tree: VerdictTreeName,
  root: TreeNode<Connection, Outcome>,
  connection: Connection,
): ConnectionVerdict {
  const { outcome, steps, refuted, open } = runTree(root, connection);
  const said = wordsOf(tree, outcome);
  return {
    tree,
    question: QUESTIONS[tree],
    outcome,
    ...said,
    steps,
    refuted: troubles(tree, refuted),
    open: troubles(tree, open),
    because: [...new Set(steps.flatMap(({ because }) => because ?? []))],
    packets: packetsOf(tree, said.kind, connection),
  };
}

/** Words for an outcome; names of an older or newer Weir stand for themselves. */
export function wordsOf(tree: VerdictTreeName, outcome: string): VerdictWords {
  return VERDICT_WORDS[tree][outcome] ?? { kind: "undecided", title: outcome, meaning: "", advice: "", refutedBy: "" };
}

/** Only what would have been wrong is worth saying that it is not. */
function troubles(tree: VerdictTreeName, outcomes: readonly string[]): NamedOutcome[] {
  return outcomes
    .map((outcome) => ({ outcome, ...wordsOf(tree, outcome) }))
    .filter(({ kind }) => kind === "trouble" || kind === "note")
    .map(({ outcome, title }) => ({ outcome, title }));
}

/** Packets that show a verdict: where it begins, its trouble and its longest pause, or where it ends. */
function packetsOf(tree: VerdictTreeName, kind: VerdictKind, connection: Connection): number[] {
  const { firstPacket, lastPacket, longestStallPacket, evidencePackets } = connection;
  if (tree === "handshake") return [firstPacket];
  if (kind === "healthy") return tree === "failing" ? [lastPacket] : [];
  const shown = tree === "failing" ? [...evidencePackets, lastPacket] : [...evidencePackets, longestStallPacket];
  return [...new Set(shown)].filter((packet) => packet > 0).sort((a, b) => a - b);
}

import type { Connection } from "@weir/model";
import { type AnalysisConfig, DEFAULT_CONFIG } from "../config.ts";
import type { TreeNode } from "../contract.ts";
import { ConnectionJudge, type ConnectionVerdict, type VerdictTreeName } from "../verdicts/judge.ts";
import { connection } from "./records.ts";

/** What a tree says about a healthy connection with these changes. */
export function verdictOf(
  tree: VerdictTreeName,
  changes: Partial<Connection>,
  config: Partial<AnalysisConfig> = {},
): ConnectionVerdict {
  const verdict = new ConnectionJudge({ ...DEFAULT_CONFIG, ...config })
    .verdictsOf(connection(changes))
    .find((each) => each.tree === tree);
  if (verdict === undefined) throw new Error("TCP has a verdict of every tree");
  return verdict;
}

/** Every outcome that a tree can arrive at. */
export function outcomesIn(tree: TreeNode<Connection, string> | string): Set<string> {
  if (typeof tree === "string") return new Set([tree]);
  const branches = [tree.yes, tree.no, tree.unknown].filter((branch) => branch !== undefined);
  return new Set(branches.flatMap((branch) => [...outcomesIn(branch)]));
}

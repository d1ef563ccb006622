import { formatCount, formatDurationNs } from "@weir/base";
import type { KubernetesReport } from "@weir/http-contract";

const NS_PER_MS = 1e6;
/** What an agent says of its cluster is some seconds old; a server that was heard of since is heard of now. */
const FRESH_MS = 10_000;

/** Whether an agent's cluster can be reached, what is held of it, and when it was last heard of. */
export function ClusterState({ cluster, nowMs }: { readonly cluster: KubernetesReport; readonly nowMs: number }) {
  const { via, server, node, isReachable, kinds, dropped } = cluster;
  const heard = kinds.flatMap(({ lastEventUnixMs }) => lastEventUnixMs ?? []);
  const problems = [...new Set(kinds.flatMap(({ problem }) => problem ?? []))];
  const overLimit = dropped + kinds.reduce((sum, kind) => sum + kind.overLimit, 0);
  return (
    <div className={isReachable ? undefined : "bad"} data-testid="cluster-state">
      {isReachable ? "✓" : "✗"} Kubernetes{server === "" ? "" : ` at ${server}`}
      {via === "hub" ? ", by way of the hub" : null}
      {node === undefined ? null : `, node ${node}`}
      <span className="example">
        {kinds.map(({ kind, objects }) => `${formatCount(objects)} ${kind}`).join(", ")}
        {heard.length === 0 ? "" : `; last heard of ${ageText(nowMs - Math.max(...heard))}`}
      </span>
      {overLimit === 0 ? null : <span className="example warn">{formatCount(overLimit)} beyond the limits</span>}
      {problems.map((problem) => (
        <span key={problem} className="example">
          {problem}
        </span>
      ))}
    </div>
  );
}

function ageText(ageMs: number): string {
  return ageMs < FRESH_MS ? "just now" : `${formatDurationNs(ageMs * NS_PER_MS)} ago`;
}

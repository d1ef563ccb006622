import { formatBytes, formatCount, formatDurationNs, formatRatio } from "@weir/base";
import type { MapEdge } from "@weir/http-contract";
import { edgeText } from "../../lib/filter-text.ts";
import { changePlace } from "../../lib/location.ts";

interface EdgeFactsProps {
  readonly edge: MapEdge;
  /** Where the edge is the selected one: ends that. */
  readonly onClear: (() => void) | undefined;
  /** What routers and switches counted of it; absent until that is known. */
  readonly flows: MapEdge["flows"];
}

/** The numbers of one edge, under the map. */
export function EdgeFacts({ edge, onClear, flows = [] }: EdgeFactsProps) {
  return (
    <div className={`edge-facts ${edge.health}`} aria-live="polite">
      <strong>{edgeText(edge)}</strong>
      <span className="dim">{edge.protocols.join(", ") || edge.transport}</span>
      {factsOf(edge).map(([name, value, isBad]) => (
        <span key={name} className="fact">
          <span className="dim">{name}</span> <span className={isBad ? "bad" : ""}>{value}</span>
        </span>
      ))}
      {flows.map(({ exporter, clientBytes, serverBytes, samplingRate }) => (
        <span
          key={exporter}
          className="fact"
          title={samplingRate > 1 ? `one of ${samplingRate} packets was counted` : ""}
        >
          <span className="dim">counted by {exporter}</span> {samplingRate > 1 ? "about " : ""}
          {formatBytes(clientBytes + serverBytes)}
        </span>
      ))}
      <span className="spacer" />
      {edge.findingIds.length === 0 || onClear === undefined ? null : (
        <button type="button" className="small" onClick={() => showFinding(edge.findingIds[0])}>
          {edge.findingIds.length === 1 ? "Show its finding" : `Show its ${edge.findingIds.length} findings`}
        </button>
      )}
      {onClear === undefined ? null : (
        <button type="button" className="small" onClick={onClear}>
          Clear
        </button>
      )}
    </div>
  );
}

function showFinding(finding: string | undefined): void {
  changePlace({ finding });
  window.scrollTo({ top: 0, behavior: "smooth" });
}

type Fact = readonly [name: string, value: string, isBad: boolean];

function factsOf(edge: MapEdge): readonly Fact[] {
  const time = (durationNs: number | undefined) => (durationNs === undefined ? "–" : formatDurationNs(durationNs));
  return [
    ["connections", formatCount(edge.connections), false],
    ...(edge.failedConnections > 0 ? [["not established", formatCount(edge.failedConnections), true] as const] : []),
    ["calls", `${formatCount(edge.calls)} (${edge.callsPerSecond.toFixed(1)}/s)`, false],
    ["failed", formatCount(edge.callErrors), edge.callErrors > 0],
    ["p50 / p95 / p99", [edge.durationP50Ns, edge.durationP95Ns, edge.durationP99Ns].map(time).join(" / "), false],
    ["handshake p50", time(edge.handshakeP50Ns), false],
    ["sent again", formatRatio(edge.retransmissionRatio), edge.retransmissionRatio > 0.01],
    ["volume", formatBytes(edge.bytes), false],
  ];
}

/** The same for people who do not see the picture. */
export function edgeSentence(edge: MapEdge): string {
  const facts = factsOf(edge).map(([name, value]) => `${name} ${value}`);
  return `${edgeText(edge)}, ${edge.protocols.join(", ") || edge.transport}, health ${edge.health}, ${facts.join(", ")}`;
}

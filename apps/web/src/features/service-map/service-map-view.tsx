import { useQuery } from "@tanstack/react-query";
import { formatBytes, formatDurationNs, formatRatio } from "@weir/base";
import type { MapEdge } from "@weir/http-contract";
import { useMemo, useState } from "react";
import { api } from "../../lib/api.ts";
import { useParameter } from "../../lib/location.ts";
import { FailureNotice, Loading } from "../../widgets/notice.tsx";
import { layoutMap, lineWidth, type MapLayout, type MapLine, pathOf } from "./map-layout.ts";

/** Who talks to whom: edges coloured by health, as wide as their rate. Choosing one filters the tables below. */
export function ServiceMapView() {
  const [capture] = useParameter("capture");
  const [problems, setProblems] = useParameter("problems");
  const [hovered, setHovered] = useState<MapEdge>();
  const { data, error } = useQuery({ queryKey: ["map", capture], queryFn: () => api.map({ capture }) });
  const layout = useMemo(() => {
    if (data === undefined) return undefined;
    const edges = problems === "" ? data.edges : data.edges.filter(({ health }) => health !== "ok");
    return layoutMap({ services: data.services, edges });
  }, [data, problems]);
  if (error !== null) return <FailureNotice error={error} />;
  if (data === undefined || layout === undefined) return <Loading what="the map" />;
  return (
    <section aria-label="Service map">
      <h1>Who talks to whom</h1>
      <p className="dim">
        <label>
          <input
            type="checkbox"
            checked={problems !== ""}
            onChange={(event) => setProblems(event.target.checked ? "only" : undefined)}
          />{" "}
          only edges with findings
        </label>{" "}
        ·{" "}
        {hovered === undefined
          ? `${data.services.length} services, ${data.edges.length} edges; colour: findings, width: calls per second`
          : describe(hovered)}
      </p>
      <div className="scroll map-frame">
        {layout.lines.length === 0 ? (
          <p className="notice good">No edge has a finding.</p>
        ) : (
          <MapPicture layout={layout} onHover={setHovered} />
        )}
      </div>
    </section>
  );
}

function MapPicture({
  layout,
  onHover,
}: {
  readonly layout: MapLayout;
  readonly onHover: (edge: MapEdge | undefined) => void;
}) {
  return (
    <svg
      viewBox={`0 0 ${layout.width} ${layout.height}`}
      style={{ maxWidth: layout.width }}
      width="100%"
      data-testid="service-map"
      aria-label="Service map"
    >
      <defs>
        {["ok", "degraded", "bad"].map((health) => (
          <marker
            key={health}
            id={`arrow-${health}`}
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="7"
            markerHeight="7"
            markerUnits="userSpaceOnUse"
            orient="auto"
          >
            <path d="M0,0 L8,4 L0,8 z" className={`marker ${health}`} />
          </marker>
        ))}
      </defs>
      {layout.lines.map((line) => (
        <EdgeLine
          key={`${line.edge.clientService} ${line.edge.serverService} ${line.edge.serverPort} ${line.edge.transport}`}
          line={line}
          onHover={onHover}
        />
      ))}
      {layout.nodes.map((node) => (
        <g key={node.name} className="node">
          <rect
            x={node.x - node.width / 2}
            y={node.y - node.height / 2}
            width={node.width}
            height={node.height}
            rx={8}
          />
          <text x={node.x} y={node.y + 4} textAnchor="middle">
            {node.name}
          </text>
        </g>
      ))}
    </svg>
  );
}

function EdgeLine({
  line,
  onHover,
}: {
  readonly line: MapLine;
  readonly onHover: (edge: MapEdge | undefined) => void;
}) {
  const { edge, points } = line;
  const [, setFilter] = useParameter("filter");
  const choose = () => setFilter(edgeFilter(edge));
  const middle = points[Math.floor(points.length / 2)];
  return (
    // biome-ignore lint/a11y/useSemanticElements: an SVG group cannot be a button element
    <g
      className={`edge ${edge.health}`}
      role="button"
      tabIndex={0}
      aria-label={describe(edge)}
      onClick={choose}
      onKeyDown={(event) => {
        if (event.key === "Enter") choose();
      }}
      onMouseEnter={() => onHover(edge)}
      onMouseLeave={() => onHover(undefined)}
      onFocus={() => onHover(edge)}
      onBlur={() => onHover(undefined)}
    >
      <title>{describe(edge)}</title>
      <path d={pathOf(points)} className="hit" />
      <path
        d={pathOf(points)}
        className="line"
        strokeWidth={lineWidth(edge)}
        markerEnd={`url(#arrow-${edge.health})`}
      />
      {middle === undefined || edge.calls === 0 ? null : (
        <text x={middle.x} y={middle.y - 6} textAnchor="middle">
          {edge.callsPerSecond.toFixed(1)}/s
          {edge.callErrors > 0 ? ` · ${formatRatio(edge.callErrors / edge.calls)} fail` : ""}
        </text>
      )}
    </g>
  );
}

/** The filter that selects an edge's traffic. */
function edgeFilter({ clientService, serverService, serverPort }: MapEdge): string {
  return `client.service == ${JSON.stringify(clientService)} && server.service == ${JSON.stringify(serverService)} && server.port == ${serverPort}`;
}

function describe(edge: MapEdge): string {
  const parts = [
    `${edge.clientService} → ${edge.serverService}:${edge.serverPort} ${edge.protocols.join(", ") || edge.transport}`,
    `${edge.connections} connections${edge.failedConnections > 0 ? `, ${edge.failedConnections} failed` : ""}`,
    `${edge.calls} calls, ${edge.callErrors} failed`,
    edge.durationP50Ns === undefined
      ? ""
      : `p50 ${formatDurationNs(edge.durationP50Ns)}, p95 ${formatDurationNs(edge.durationP95Ns ?? 0)}`,
    `${formatRatio(edge.retransmissionRatio)} sent again`,
    formatBytes(edge.bytes),
  ];
  return parts.filter((part) => part !== "").join(" · ");
}

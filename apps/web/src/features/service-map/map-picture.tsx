import { formatRatio } from "@weir/base";
import type { MapEdge } from "@weir/http-contract";
import { edgeSentence } from "./edge-facts.tsx";
import {
  callsText,
  failText,
  labelPlace,
  lineWidth,
  type MapLayout,
  type MapLine,
  type MapNode,
  pathOf,
} from "./map-layout.ts";

interface PictureProps {
  readonly layout: MapLayout;
  readonly selected: MapEdge | undefined;
  readonly hovered: MapEdge | undefined;
  readonly onHover: (edge: MapEdge | undefined) => void;
  readonly onChoose: (edge: MapEdge) => void;
}

/** The map as SVG. Edges are buttons: Tab reaches them, Enter or Space chooses. */
export function MapPicture({ layout, selected, hovered, onHover, onChoose }: PictureProps) {
  const active = hovered ?? selected;
  const isFaded = (edge: MapEdge) => active !== undefined && edge !== active;
  return (
    <svg
      viewBox={`0 0 ${layout.width} ${layout.height}`}
      style={{ maxWidth: layout.width * 1.15, minWidth: Math.min(layout.width, 760) }}
      width="100%"
      data-testid="service-map"
      role="group"
      aria-label="Service map"
    >
      <Arrows />
      {layout.lines.map((line) => (
        <EdgeLine
          key={`${line.edge.clientService} ${line.edge.serverService} ${line.edge.serverPort} ${line.edge.transport}`}
          line={line}
          isSelected={line.edge === selected}
          isFaded={isFaded(line.edge)}
          onHover={onHover}
          onChoose={onChoose}
        />
      ))}
      {layout.nodes.map((node) => (
        <NodeBox
          key={node.name}
          node={node}
          isFaded={active !== undefined && node.name !== active.clientService && node.name !== active.serverService}
        />
      ))}
      {layout.lines
        .filter(({ edge }) => edge === active || edge.health !== "ok")
        .map((line) => (
          <EdgeLabel
            key={`${line.edge.clientService} ${line.edge.serverService} ${line.edge.serverPort}`}
            line={line}
            isFaded={isFaded(line.edge)}
          />
        ))}
    </svg>
  );
}

function Arrows() {
  return (
    <defs>
      {["ok", "degraded", "bad"].map((health) => (
        <marker
          key={health}
          id={`arrow-${health}`}
          viewBox="0 0 8 8"
          refX="7"
          refY="4"
          markerWidth="9"
          markerHeight="9"
          markerUnits="userSpaceOnUse"
          orient="auto"
        >
          <path d="M0,0.5 L8,4 L0,7.5 z" className={`marker ${health}`} />
        </marker>
      ))}
    </defs>
  );
}

function NodeBox({ node, isFaded }: { readonly node: MapNode; readonly isFaded: boolean }) {
  const { x, y, width, height, name, service, health } = node;
  const left = x - width / 2;
  const top = y - height / 2;
  const hasErrors = service !== undefined && service.callErrors > 0;
  return (
    <g className={`node ${health} ${isFaded ? "faded" : ""}`}>
      <title>{service === undefined ? name : `${name}: ${service.addresses.join(", ")}`}</title>
      <rect x={left} y={top} width={width} height={height} rx={8} />
      <rect x={left} y={top + 8} width={3} height={height - 16} rx={1.5} className="node-health" />
      <text
        x={x}
        y={service === undefined || service.calls === 0 ? y + 4.5 : y - 2}
        textAnchor="middle"
        className="node-name"
      >
        {name.length > 26 ? `${name.slice(0, 25)}…` : name}
      </text>
      {service === undefined || service.calls === 0 ? null : (
        <text x={x} y={y + 13} textAnchor="middle" className="node-facts">
          {callsText(service)}
          {hasErrors ? <tspan className={health === "ok" ? "" : "bad"}>{failText(service)}</tspan> : null}
        </text>
      )}
    </g>
  );
}

interface EdgeProps {
  readonly line: MapLine;
  readonly isSelected: boolean;
  readonly isFaded: boolean;
  readonly onHover: (edge: MapEdge | undefined) => void;
  readonly onChoose: (edge: MapEdge) => void;
}

function EdgeLine({ line, isSelected, isFaded, onHover, onChoose }: EdgeProps) {
  const { edge, points } = line;
  return (
    <g
      className={`edge ${edge.health} ${isSelected ? "selected" : ""} ${isFaded ? "faded" : ""}`}
      role="button"
      tabIndex={0}
      aria-pressed={isSelected}
      aria-label={edgeSentence(edge)}
      data-testid="map-edge"
      onClick={() => onChoose(edge)}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        onChoose(edge);
      }}
      onMouseEnter={() => onHover(edge)}
      onMouseLeave={() => onHover(undefined)}
      onFocus={() => onHover(edge)}
      onBlur={() => onHover(undefined)}
    >
      <path d={pathOf(points)} className="hit" />
      <path
        d={pathOf(points)}
        className="line"
        strokeWidth={lineWidth(edge)}
        markerEnd={`url(#arrow-${edge.health})`}
      />
    </g>
  );
}

function EdgeLabel({ line, isFaded }: { readonly line: MapLine; readonly isFaded: boolean }) {
  const { edge, points } = line;
  const place = labelPlace(points);
  if (place === undefined) return null;
  const failed = edge.callErrors > 0 ? ` · ${formatRatio(edge.callErrors / Math.max(1, edge.calls))} fail` : "";
  const text = edge.calls > 0 ? `${edge.callsPerSecond.toFixed(1)}/s${failed}` : `${edge.connections} conn`;
  const width = text.length * 6.1 + 12;
  return (
    <g className={`edge-label ${edge.health} ${isFaded ? "faded" : ""}`}>
      <rect x={place.x - width / 2} y={place.y - 9} width={width} height={18} rx={9} />
      <text x={place.x} y={place.y + 4} textAnchor="middle">
        {text}
      </text>
    </g>
  );
}

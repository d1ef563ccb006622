import dagre from "@dagrejs/dagre";
import { formatRatio } from "@weir/base";
import type { MapEdge, MapService, ServiceMap } from "@weir/http-contract";

/** A service with its place, centre given. */
export interface MapNode {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** What the hub knows of it; absent where only edges name it. */
  readonly service: MapService | undefined;
  /** The worst health of the edges that ask it. */
  readonly health: MapEdge["health"];
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** An edge with the points that its line goes through. */
export interface MapLine {
  readonly edge: MapEdge;
  readonly points: readonly Point[];
}

export interface MapLayout {
  readonly nodes: readonly MapNode[];
  readonly lines: readonly MapLine[];
  readonly width: number;
  readonly height: number;
}

const NODE_HEIGHT = 44;
const MIN_NODE_WIDTH = 104;
const MAX_NODE_WIDTH = 220;
const CHARACTER = 7.6;
const SMALL_CHARACTER = 6.2;
const HEALTHS = ["ok", "degraded", "bad"] as const;

/** Layers from left to right, who asks before who answers. dagre because layered graphs are its whole job. */
export function layoutMap({ services, edges }: ServiceMap): MapLayout {
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: "LR", nodesep: 22, ranksep: 120, edgesep: 16, marginx: 12, marginy: 14 });
  graph.setDefaultEdgeLabel(() => ({}));
  const serviceOf = (name: string) => services.find((candidate) => candidate.name === name);
  const widthOf = (name: string) => nodeWidth(name, serviceOf(name));
  const names = new Set(edges.flatMap((edge) => [edge.clientService, edge.serverService]));
  for (const name of names) graph.setNode(name, { width: widthOf(name), height: NODE_HEIGHT });
  edges.forEach((edge, index) => {
    graph.setEdge(edge.clientService, edge.serverService, {}, String(index));
  });
  dagre.layout(graph);
  const nodes = [...names].map((name) => {
    const { x = 0, y = 0 } = graph.node(name) as Partial<Point>;
    const service = serviceOf(name);
    return { name, x, y, width: widthOf(name), height: NODE_HEIGHT, service, health: worstHealth(edges, name) };
  });
  const lines = edges.map((edge, index) => {
    const laid = graph.edge({ v: edge.clientService, w: edge.serverService, name: String(index) }) as {
      points?: MapLine["points"];
    };
    return { edge, points: laid.points ?? [] };
  });
  const size = graph.graph();
  return { nodes, lines, width: size.width ?? 400, height: size.height ?? 200 };
}

/** How often a service was called, for its box. */
export function callsText({ calls }: MapService): string {
  return `${calls} calls`;
}

/** How much of that failed, to stand after `callsText`. */
export function failText({ calls, callErrors }: MapService): string {
  return callErrors === 0 ? "" : ` · ${formatRatio(callErrors / calls)} fail`;
}

function nodeWidth(name: string, service: MapService | undefined): number {
  const facts = service === undefined ? "" : callsText(service) + failText(service);
  const wanted = Math.max(name.length * CHARACTER, facts.length * SMALL_CHARACTER) + 28;
  return Math.min(MAX_NODE_WIDTH, Math.max(MIN_NODE_WIDTH, wanted));
}

function worstHealth(edges: readonly MapEdge[], server: string): MapEdge["health"] {
  const ranks = edges
    .filter(({ serverService }) => serverService === server)
    .map(({ health }) => HEALTHS.indexOf(health));
  return HEALTHS[Math.max(0, ...ranks)] ?? "ok";
}

/** Width of an edge's line: grows with the logarithm of its rate. */
export function lineWidth({ callsPerSecond, connections }: MapEdge): number {
  return 1.5 + Math.min(6, Math.log2(1 + Math.max(callsPerSecond, connections / 1000)));
}

/** The points as a smooth path: straight out of the box, curved through the points between, straight into the next box. */
export function pathOf(points: MapLine["points"]): string {
  const [first, ...rest] = points;
  if (first === undefined) return "";
  let path = `M${round(first.x)},${round(first.y)}`;
  for (let index = 0; index < rest.length; index += 1) {
    const point = rest[index];
    const next = rest[index + 1];
    if (point === undefined) break;
    path +=
      next === undefined
        ? `L${round(point.x)},${round(point.y)}`
        : `Q${round(point.x)},${round(point.y)} ${round((point.x + next.x) / 2)},${round((point.y + next.y) / 2)}`;
  }
  return path;
}

/** Where an edge's label stands: on the middle of its line. */
export function labelPlace(points: MapLine["points"]): Point | undefined {
  const middle = (points.length - 1) / 2;
  const [before, after] = [points[Math.floor(middle)], points[Math.ceil(middle)]];
  if (before === undefined || after === undefined) return undefined;
  return { x: (before.x + after.x) / 2, y: (before.y + after.y) / 2 };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

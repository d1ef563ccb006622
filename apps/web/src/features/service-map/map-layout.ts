import dagre from "@dagrejs/dagre";
import type { MapEdge, ServiceMap } from "@weir/http-contract";

/** A service with its place, centre given. */
export interface MapNode {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** An edge with the points that its line goes through. */
export interface MapLine {
  readonly edge: MapEdge;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface MapLayout {
  readonly nodes: readonly MapNode[];
  readonly lines: readonly MapLine[];
  readonly width: number;
  readonly height: number;
}

const NODE_HEIGHT = 38;
const CHARACTER = 7.6;

/** Layers from left to right, who asks before who answers. dagre because layered graphs are its whole job. */
export function layoutMap({ edges }: ServiceMap): MapLayout {
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: "LR", nodesep: 26, ranksep: 110, marginx: 16, marginy: 16 });
  graph.setDefaultEdgeLabel(() => ({}));
  const names = new Set(edges.flatMap((edge) => [edge.clientService, edge.serverService]));
  for (const name of names)
    graph.setNode(name, { width: Math.max(80, name.length * CHARACTER + 24), height: NODE_HEIGHT });
  edges.forEach((edge, index) => {
    graph.setEdge(edge.clientService, edge.serverService, {}, String(index));
  });
  dagre.layout(graph);
  const nodes = [...names].map((name) => {
    const { x = 0, y = 0, width = 80, height = NODE_HEIGHT } = graph.node(name) as Partial<MapNode>;
    return { name, x, y, width, height };
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

/** Width of an edge's line: grows with the logarithm of its rate. */
export function lineWidth({ callsPerSecond, connections }: MapEdge): number {
  return 1.5 + Math.min(6, Math.log2(1 + Math.max(callsPerSecond, connections / 1000)));
}

/** The points as a smooth path. */
export function pathOf(points: MapLine["points"]): string {
  const [first, ...rest] = points;
  if (first === undefined) return "";
  let path = `M${first.x},${first.y}`;
  for (let index = 0; index < rest.length; index += 1) {
    const point = rest[index];
    const next = rest[index + 1];
    if (point === undefined) break;
    path +=
      next === undefined
        ? `L${point.x},${point.y}`
        : `Q${point.x},${point.y} ${(point.x + next.x) / 2},${(point.y + next.y) / 2}`;
  }
  return path;
}

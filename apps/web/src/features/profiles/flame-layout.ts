import type { FlameNodeJson } from "@weir/http-contract";

/** Narrower boxes cannot be seen. */
const MIN_WIDTH = 0.0005;

/** A box of a flame graph; places are shares of the whole width. */
export interface FlameBox {
  readonly node: FlameNodeJson;
  /** Place of the node in the list. */
  readonly at: number;
  readonly left: number;
  readonly width: number;
  /** It called what is looked at. */
  readonly isAbove: boolean;
}

/**
 * Boxes of a flame graph. With a node looked at, it and what called it are as wide as the graph, and what else there is is left out. `total` is the width of the graph where no node
 * is looked at.
 */
export function layoutFlame(nodes: readonly FlameNodeJson[], total: number, zoomedAt: number | undefined): FlameBox[] {
  const above = zoomedAt === undefined ? [] : callersOf(nodes, zoomedAt);
  const zoomed = zoomedAt === undefined ? undefined : nodes[zoomedAt];
  const whole = Math.max(1, zoomed?.value ?? total);
  const first = zoomedAt ?? 0;
  const boxes: FlameBox[] = [];
  for (const at of above) {
    const node = nodes[at];
    if (node !== undefined) boxes.push({ node, at, left: 0, width: 1, isAbove: true });
  }
  // Where the next child at each depth begins.
  const begins: number[] = [];
  for (let at = first; at < nodes.length; at += 1) {
    const node = nodes[at];
    if (node === undefined || (zoomed !== undefined && at > first && node.depth <= zoomed.depth)) break;
    const left = begins[node.depth] ?? 0;
    const width = node.value / whole;
    begins[node.depth] = left + width;
    begins[node.depth + 1] = left;
    if (width >= MIN_WIDTH) boxes.push({ node, at, left, width, isAbove: false });
  }
  return boxes;
}

/** Those who had called a node, the outermost first. */
function callersOf(nodes: readonly FlameNodeJson[], at: number): number[] {
  const callers: number[] = [];
  let depth = nodes[at]?.depth ?? 0;
  for (let before = at - 1; before >= 0 && depth > 0; before -= 1) {
    if (nodes[before]?.depth !== depth - 1) continue;
    callers.unshift(before);
    depth -= 1;
  }
  return callers;
}

/** The widest node of a name: what a link to a function leads to. */
export function widestOf(nodes: readonly FlameNodeJson[], name: string): number | undefined {
  let widest: number | undefined;
  for (const [at, node] of nodes.entries()) {
    if (node.name === name && (widest === undefined || node.value > (nodes[widest]?.value ?? 0))) widest = at;
  }
  return widest;
}

/** Where a key leads from a box: up to the caller, down to the widest callee, to the sides. Undefined where there is nothing. */
export function neighbourOf(boxes: readonly FlameBox[], at: number, key: string): number | undefined {
  const here = boxes.find((box) => box.at === at);
  if (here === undefined) return undefined;
  const { depth } = here.node;
  if (key === "ArrowUp") return boxes.findLast((box) => box.at < at && box.node.depth === depth - 1)?.at;
  const onLevel = (level: number) => boxes.filter(({ node }) => node.depth === level);
  if (key === "ArrowDown") {
    const callees = onLevel(depth + 1).filter(({ left }) => left >= here.left && left < here.left + here.width);
    return callees.sort((a, b) => b.width - a.width)[0]?.at;
  }
  const level = onLevel(depth);
  const place = level.indexOf(here);
  if (key === "ArrowLeft") return level[place - 1]?.at;
  return key === "ArrowRight" ? level[place + 1]?.at : undefined;
}

/** A place with all that was measured there. */
export interface WeightedStack {
  readonly value: number;
  /** The outermost first. */
  readonly frames: readonly string[];
  /** File of each frame; empty where it is not known. */
  readonly files: readonly string[];
}

/** One function below the functions that had called it. */
export interface FlameNode {
  readonly name: string;
  readonly file: string;
  /** 0 for the outermost. */
  readonly depth: number;
  /** In it and in what it called. */
  readonly value: number;
  /** In itself alone. */
  readonly self: number;
}

interface Growing {
  readonly name: string;
  readonly file: string;
  readonly depth: number;
  readonly children: Map<string, Growing>;
  value: number;
  self: number;
}

/**
 * Stacks put together where they begin the same, as the list of a flame graph: each function before what it called, siblings by name. At most `maxNodes`: the smallest are
 * left out, with what they called.
 */
export function flameNodes(stacks: readonly WeightedStack[], maxNodes: number): readonly FlameNode[] {
  const root = grow("", "", -1);
  for (const stack of stacks) addStack(root, stack);
  const smallest = smallestShown(root, maxNodes);
  const nodes: FlameNode[] = [];
  const waiting = sorted(root, smallest);
  for (let node = waiting.pop(); node !== undefined && nodes.length < maxNodes; node = waiting.pop()) {
    const { name, file, depth, value, self } = node;
    nodes.push({ name, file, depth, value, self });
    waiting.push(...sorted(node, smallest));
  }
  return nodes;
}

function grow(name: string, file: string, depth: number): Growing {
  return { name, file, depth, children: new Map(), value: 0, self: 0 };
}

function addStack(root: Growing, { frames, files, value }: WeightedStack): void {
  let node = root;
  for (const [depth, name] of frames.entries()) {
    const file = files[depth] ?? "";
    const key = `${name}\0${file}`;
    const child = node.children.get(key) ?? grow(name, file, depth);
    node.children.set(key, child);
    child.value += value;
    node = child;
  }
  node.self += value;
}

/** The value from which on a node is shown. */
function smallestShown(root: Growing, maxNodes: number): number {
  const values: number[] = [];
  const waiting = [...root.children.values()];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    values.push(node.value);
    for (const child of node.children.values()) waiting.push(child);
  }
  if (values.length <= maxNodes) return 0;
  return values.sort((a, b) => b - a)[maxNodes - 1] ?? 0;
}

/** Children to be shown, the last one first. */
function sorted({ children }: Growing, smallest: number): Growing[] {
  const shown = [...children.values()].filter(({ value }) => value >= smallest);
  return shown.sort((a, b) => order(b.name, a.name) || order(b.file, a.file));
}

function order(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

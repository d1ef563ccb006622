import type { SyntaxNode } from "@lezer/common";

/** The children of a node of the grammar's tree, in order. */
export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child);
  return children;
}

/** The node at the end of a path of names; undefined where there is none. */
export function find(node: SyntaxNode, ...path: readonly string[]): SyntaxNode | undefined {
  let at: SyntaxNode | null = node;
  for (const name of path) at = at?.getChild(name) ?? null;
  return at ?? undefined;
}

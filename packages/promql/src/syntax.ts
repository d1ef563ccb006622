import type { SyntaxNode } from "@lezer/common";
import { PromqlError } from "./problem.ts";

/** The children of a node of the grammar's tree, in order. */
export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child);
  return children;
}

/** What a node stands for in the query. */
export function textOf({ from, to }: SyntaxNode, query: string): string {
  return query.slice(from, to);
}

/** Says where a query stops making sense. */
export function syntaxError(query: string, position: number): PromqlError {
  const rest = query.slice(position).trimStart();
  const found = rest === "" ? "the query ends too early" : `"${rest.slice(0, 20)}" is not expected here`;
  return new PromqlError("syntax", found, position);
}

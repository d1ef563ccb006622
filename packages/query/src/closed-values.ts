import type { ASTNode } from "@marcbachmann/cel-js";
import type { Operand } from "./expression.ts";
import type { FilterEnvironment } from "./known-fields.ts";
import { nearest } from "./nearest.ts";
import { type FilterProblem, problem } from "./problem.ts";

/** A problem where a field with a closed list of values is compared with one that it never has. */
export function closedValueProblem(
  by: Operand,
  other: Operand,
  otherNode: ASTNode,
  environment: FilterEnvironment,
): FilterProblem | undefined {
  if (by.kind !== "field" || other.kind !== "constant" || other.type !== "string") return undefined;
  const values = environment.fields.get(by.field.name)?.shown.values;
  if (values === undefined || values.includes(other.value)) return undefined;
  const meant = nearest(other.value, values);
  const message = `${by.field.name} is never ${JSON.stringify(other.value)}: it is one of ${values.join(", ")}`;
  return problem(message, otherNode.start, meant === undefined ? undefined : JSON.stringify(meant));
}

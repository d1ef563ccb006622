import type { Comparison } from "./expression.ts";

/** Whether a comparison holds, by the order of what it compares: negative, zero or positive. */
export const HOLDS: Readonly<Record<Comparison, (order: number) => boolean>> = {
  "==": (order) => order === 0,
  "!=": (order) => order !== 0,
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};

/** Why a text is no filter. */
export interface FilterProblem {
  readonly kind: "problem";
  /** In words, without the position. */
  readonly message: string;
  /** Index in the text of the first character that is wrong. */
  readonly position: number;
  /** What was probably meant, as it would be written. */
  readonly suggestion?: string;
}

export function problem(message: string, position: number, suggestion?: string): FilterProblem {
  return { kind: "problem", message, position, ...(suggestion === undefined ? {} : { suggestion }) };
}

export function isProblem(value: object): value is FilterProblem {
  return "kind" in value && value.kind === "problem";
}

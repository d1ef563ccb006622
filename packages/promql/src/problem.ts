/** Why a query is none, or why it cannot be computed, with the place where there is one. */
export class PromqlError extends Error {
  readonly kind: "syntax" | "execution" | "limit";
  /** Characters before the place; undefined where the whole query is meant. */
  readonly position: number | undefined;

  constructor(kind: PromqlError["kind"], message: string, position?: number) {
    super(message);
    this.kind = kind;
    this.position = position;
  }
}

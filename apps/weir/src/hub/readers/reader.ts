import type { QueryRunner, Store } from "@weir/storage";
import type { Handler } from "../handler.ts";

/** One route of an API of others' that the hub serves too, for those who may read. These APIs are described by their makers, not by the hub's own document. */
export interface ReaderRoute {
  readonly methods: readonly ("GET" | "POST")[];
  /** With `:name` parameters. */
  readonly path: string;
  readonly handler: Handler;
  /** True where the answer stays open: it does not count among those that a caller may ask for at once. */
  readonly isHeld?: boolean;
}

/** What readers work with. */
export interface ReaderParts {
  readonly runner: QueryRunner;
  readonly store: Store;
}

/** What one question of a reader may cost. */
export const READER_LIMITS = { seconds: 30, memoryBytes: 2 ** 30, resultBytes: 128 * 2 ** 20 } as const;

import type { Asked } from "./arguments.ts";

/** What is remembered of a call until it is answered. */
export interface Pending {
  readonly xid: number;
  readonly program: number;
  readonly version: number;
  readonly flavor: string;
  readonly isPlain: boolean;
  readonly asked: Asked;
}

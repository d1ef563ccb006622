import type { Severity } from "@weir/model";

/** What the user asked `weir read` for. */
export interface ReadOptions {
  readonly json?: boolean;
  readonly filter?: string;
  readonly failOn?: FailOn;
  readonly names?: string;
  readonly into?: string;
  readonly color?: boolean;
  readonly progress?: boolean;
}

/** The least severity that makes `--fail-on` fail; `finding` is any. */
export type FailOn = "finding" | Severity;

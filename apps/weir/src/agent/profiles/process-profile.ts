import type { ProfileSample, Stack } from "@weir/model";

/** What was measured of one process in one window of time, on its way from the kernel worker. */
export interface ProcessProfile {
  readonly containerId: string | undefined;
  readonly podUid: string | undefined;
  readonly samples: readonly ProfileSample[];
  /** Those of its stacks that were not told lately. */
  readonly stacks: readonly Stack[];
}

import type { Libbpf } from "./libbpf.ts";

/** What programs in the kernel have cost so far. */
export interface ProgramCost {
  readonly runs: number;
  readonly runNs: number;
}

/** `struct bpf_prog_info` (linux/bpf.h): as much of it as is read, and where its members are. */
const Info = { bytes: 208, runNsAt: 192, runsAt: 200 } as const;
const BPF_STATS_RUN_TIME = 0;

/** What one program has cost since times are measured. */
export function programCost(bpf: Libbpf, fd: number): ProgramCost {
  const info = new Uint8Array(Info.bytes);
  const bytes = new Uint8Array(Uint32Array.of(info.length).buffer);
  if (bpf.bpf_obj_get_info_by_fd(fd, info, bytes) < 0) return { runs: 0, runNs: 0 };
  const view = new DataView(info.buffer);
  return { runs: Number(view.getBigUint64(Info.runsAt, true)), runNs: Number(view.getBigUint64(Info.runNsAt, true)) };
}

/** Has the kernel measure the time of all its programs (two looks at a clock per run) until the file that comes back is closed; below zero where it does not. */
export function measureCosts(bpf: Libbpf): number {
  return bpf.bpf_enable_stats(BPF_STATS_RUN_TIME);
}

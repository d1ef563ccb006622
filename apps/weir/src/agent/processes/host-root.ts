import { readRights } from "@weir/capture";
import { linkOf } from "./proc-files.ts";

/** Where an agent in a container finds its host's files: as the host's first process sees them. */
const THROUGH_FIRST = "/proc/1/root";

/**
 * What stands before the paths of the host's files: nothing on the host itself, and nothing in a container that does not see its host's processes, or may not look at
 * them (CAP_SYS_PTRACE).
 */
export function hostRoot(): string {
  // In a process namespace of its own the first process is one of its container's.
  if (!readRights().isHostProcesses) return "";
  const first = linkOf("/proc/1/ns/mnt");
  return first === undefined || first === linkOf("/proc/self/ns/mnt") ? "" : THROUGH_FIRST;
}

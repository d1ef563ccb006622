import { readdirSync } from "node:fs";
import { textOf } from "../processes/proc-files.ts";

const THREADS = "/proc/self/task";
/** Clock ticks of user space (`USER_HZ`) are of this length on everything that Node runs on under Linux. */
const NS_PER_TICK = 10_000_000;
/** User and system time among the fields behind the name (man 5 proc, /proc/pid/stat). */
const USER_AT = 11;
const SYSTEM_AT = 12;

/** Before the part that a thread belongs to, in the name that it is given. */
export const THREAD_NAME = "weir-";

/** CPU time of one thread. */
export interface ThreadTime {
  readonly id: number;
  /** As the kernel knows it: `node` where nobody has named it. */
  readonly name: string;
  readonly cpuNs: number;
}

/** The threads of this process; none where there is no /proc. */
export function readThreadTimes(): ThreadTime[] {
  return threadIds().flatMap((id) => {
    // A thread may end in between.
    const stat = textOf(`${THREADS}/${id}/stat`);
    return stat === undefined ? [] : [threadTimeOf(id, stat)];
  });
}

/** Reads a line of /proc/pid/task/tid/stat; the name may hold spaces and brackets. */
export function threadTimeOf(id: number, stat: string): ThreadTime {
  const nameEnd = stat.lastIndexOf(")");
  const fields = stat.slice(nameEnd + 2).split(" ");
  const ticks = Number(fields[USER_AT]) + Number(fields[SYSTEM_AT]);
  return { id, name: stat.slice(stat.indexOf("(") + 1, nameEnd), cpuNs: ticks * NS_PER_TICK };
}

/** The threads that this process has now. */
export function threadIds(): number[] {
  try {
    return readdirSync(THREADS).map(Number);
  } catch {
    return [];
  }
}

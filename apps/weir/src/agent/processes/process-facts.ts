import { containerIdOf, maskedCommandLine, podUidOf } from "@weir/identity";
import { forgetOldest } from "../forget-oldest.ts";
import { hostRoot } from "./host-root.ts";
import { linkOf, textOf } from "./proc-files.ts";

/** What is known of a process. */
export interface ProcessFacts {
  readonly pid: number;
  /** The kernel's short name of it. */
  readonly name: string;
  /** Path of its binary; absent where it may not be read. */
  readonly executable: string | undefined;
  /** Without secrets. */
  readonly command: string;
  /** Name that its user has on the host, or the number where it has none. */
  readonly user: string;
  readonly containerId: string | undefined;
  readonly podUid: string | undefined;
}

/** Processes that are remembered at most; those seen first are forgotten. */
const MAX_REMEMBERED = 10_000;
/** /proc tells times since boot in ticks of USER_HZ, which is 100 everywhere. */
const NS_PER_TICK = 1e7;
/** Name, which may hold anything, and what follows it (man 5 proc_pid_stat). */
const STAT = /^\d+ \((.*)\) (.*)$/s;

/** Reads what processes are, once for each. */
export class ProcessReader {
  readonly #known = new Map<string, ProcessFacts>();
  #users: ReadonlyMap<string, string> | undefined;

  /** What the process with this id is now; undefined where it is gone, or began at another time since boot than `beganNs`. */
  read(pid: number, beganNs?: number): ProcessFacts | undefined {
    const [, name = "", others = ""] = STAT.exec(textOf(`/proc/${pid}/stat`) ?? "") ?? [];
    const [state = "", , , , , , , , , , , , , , , , , , , began] = others.split(" ");
    // What ended, and waits for its parent to notice, has nothing left to be read.
    if (began === undefined || state === "Z") return undefined;
    if (beganNs !== undefined && Math.floor(beganNs / NS_PER_TICK) !== Number(began)) return undefined;
    // A process may become another program (exec): its name is then another one.
    const key = `${pid} ${began} ${name}`;
    const facts = this.#known.get(key) ?? this.#facts(pid);
    if (facts === undefined) return undefined;
    this.#known.delete(key);
    this.#known.set(key, facts);
    forgetOldest(this.#known, MAX_REMEMBERED);
    return facts;
  }

  /** Name of the user with this number on the host, or the number where it has none. */
  userName(uid: string): string {
    return this.#userNames().get(uid) ?? uid;
  }

  #facts(pid: number): ProcessFacts | undefined {
    const status = textOf(`/proc/${pid}/status`);
    if (status === undefined) return undefined;
    const name = /^Name:\t(.*)$/m.exec(status)?.[1] ?? "";
    const uid = /^Uid:\t\d+\t(\d+)/m.exec(status)?.[1] ?? "";
    const cgroups = textOf(`/proc/${pid}/cgroup`) ?? "";
    const words = (textOf(`/proc/${pid}/cmdline`) ?? "").split("\0").filter((word) => word !== "");
    return {
      pid,
      name,
      executable: linkOf(`/proc/${pid}/exe`),
      command: words.length === 0 ? `[${name}]` : maskedCommandLine(words),
      user: this.userName(uid),
      containerId: containerIdOf(cgroups),
      podUid: podUidOf(cgroups),
    };
  }

  #userNames(): ReadonlyMap<string, string> {
    this.#users ??= new Map(
      (textOf(`${hostRoot()}/etc/passwd`) ?? "").split("\n").map((line) => {
        const [name = "", , uid = ""] = line.split(":");
        return [uid, name] as const;
      }),
    );
    return this.#users;
  }
}

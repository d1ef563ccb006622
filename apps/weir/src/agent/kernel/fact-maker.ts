import { getSystemErrorName } from "node:util";
import { containerIdOf, maskedCommandLine, podUidOf } from "@weir/identity";
import type { DropCause, DropEvent, KernelEvent, SocketOwner, TlsEvent } from "@weir/kernel";
import { forgetOldest } from "../forget-oldest.ts";
import { type ProcessFacts, ProcessReader } from "../processes/process-facts.ts";
import { CgroupPaths } from "./cgroup-paths.ts";
import type { KernelFact } from "./messages.ts";

const NS_PER_MS = 1_000_000n;
/** Processes that are remembered at most; those seen first are forgotten. */
const MAX_REMEMBERED = 10_000;

/**
 * Makes the kernel's events into facts: times of the calendar, and processes with all that /proc says of them. A process that is gone by then is known by what the kernel
 * told: its name, the beginning of its command line, its user, its control group.
 */
export class FactMaker {
  readonly #reader = new ProcessReader();
  readonly #cgroups = new CgroupPaths();
  readonly #known = new Map<string, ProcessFacts>();
  readonly #causeOf: (drop: DropEvent) => DropCause;
  #bootUnixNs = bootUnixNs();

  /** `causeOf` names why a packet was dropped. */
  constructor(causeOf: (drop: DropEvent) => DropCause) {
    this.#causeOf = causeOf;
  }

  fact(event: Exclude<KernelEvent, TlsEvent>): KernelFact {
    const { ends } = event;
    const atUnixNs = this.unixNsOf(event.atNs);
    switch (event.kind) {
      case "retransmitted":
        return { kind: event.kind, atUnixNs, ends };
      case "dropped":
        return { kind: event.kind, atUnixNs, ends, cause: this.#causeOf(event) };
      default: {
        const error = event.errno === 0 ? undefined : getSystemErrorName(-event.errno);
        return { kind: event.kind, atUnixNs, ends, error, process: this.#process(event.owner) };
      }
    }
  }

  /** A time of the kernel's clock, by the calendar. */
  unixNsOf(atNs: number): bigint {
    return this.#bootUnixNs + BigInt(atNs);
  }

  /** The clock of the calendar may have been set. */
  tick(): void {
    this.#bootUnixNs = bootUnixNs();
  }

  #process(owner: SocketOwner): ProcessFacts {
    // A process may become another program: its name is then another one.
    const key = `${owner.pid} ${owner.beganNs} ${owner.name}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const read = this.#reader.read(owner.pid, owner.beganNs);
    const facts = read === undefined || isOther(read, owner) ? this.#told(owner) : read;
    this.#known.set(key, facts);
    forgetOldest(this.#known, MAX_REMEMBERED);
    return facts;
  }

  #told({ pid, name, words, uid, cgroup }: SocketOwner): ProcessFacts {
    const path = this.#cgroups.find(cgroup);
    return {
      pid,
      name,
      executable: undefined,
      command: words.length === 0 ? `[${name}]` : maskedCommandLine(words),
      user: this.#reader.userName(String(uid)),
      containerId: path === undefined ? undefined : containerIdOf(`0::${path}`),
      podUid: path === undefined ? undefined : podUidOf(`0::${path}`),
    };
  }
}

/** True where /proc tells of another program than the one that was heard of (exec), or, as it ends, nothing of its command line any more. */
function isOther({ name, command, executable }: ProcessFacts, owner: SocketOwner): boolean {
  return name !== owner.name || (executable === undefined && command === `[${name}]` && owner.words.length > 0);
}

/** When the kernel's clock began, as Unix nanoseconds: to the millisecond, which is what the calendar's clock tells. */
function bootUnixNs(): bigint {
  return BigInt(Date.now()) * NS_PER_MS - process.hrtime.bigint();
}

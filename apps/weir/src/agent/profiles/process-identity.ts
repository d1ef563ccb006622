import { basename } from "node:path";
import { containerIdOf, podUidOf } from "@weir/identity";
import type { MeasuredPlace } from "@weir/kernel";
import { forgetOldest } from "../forget-oldest.ts";
import { CgroupPaths } from "../kernel/cgroup-paths.ts";
import { textOf } from "../processes/proc-files.ts";
import { type ProcessFacts, ProcessReader } from "../processes/process-facts.ts";
import { serviceNameIn } from "./service-name.ts";

/** Processes that are remembered at most; those seen first are forgotten. */
const MAX_REMEMBERED = 10_000;
/** What threads of the kernel work for. */
const KERNEL_SERVICE = "kernel";

/** Whose a profile is. */
export interface ProcessIdentity {
  readonly service: string;
  readonly containerId: string | undefined;
  readonly podUid: string | undefined;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Who processes are that profiles are taken of, each looked at once. */
export class ProcessIdentities {
  readonly #reader = new ProcessReader();
  readonly #cgroups = new CgroupPaths();
  readonly #known = new Map<string, ProcessIdentity>();
  readonly #buildIdOf: (pid: number) => string | undefined;

  /** `buildIdOf` tells the build id of a process' program. */
  constructor(buildIdOf: (pid: number) => string | undefined) {
    this.#buildIdOf = buildIdOf;
  }

  find(place: MeasuredPlace): ProcessIdentity {
    const key = `${place.pid} ${place.beganNs}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const facts = this.#reader.read(place.pid, place.beganNs);
    const identity = facts === undefined ? this.#ended(place) : this.#living(facts);
    this.#known.set(key, identity);
    forgetOldest(this.#known, MAX_REMEMBERED);
    return identity;
  }

  #living({ pid, name, executable, command, user, containerId, podUid }: ProcessFacts): ProcessIdentity {
    const binary = executable?.replace(/ \(deleted\)$/, "");
    // A thread of the kernel has neither a program nor a command line, which is then its name in brackets.
    const isKernel = binary === undefined && command === `[${name}]`;
    const said = serviceNameIn(textOf(`/proc/${pid}/environ`) ?? "");
    const attributes = {
      "process.executable.name": binary === undefined ? undefined : basename(binary),
      "process.executable.path": binary,
      "process.executable.build_id.gnu": isKernel ? undefined : this.#buildIdOf(pid),
      "process.command_line": command,
      "process.owner": user,
      "k8s.pod.uid": podUid,
    };
    const service = isKernel ? KERNEL_SERVICE : (said ?? (binary === undefined ? name : basename(binary)));
    return { service, containerId, podUid, attributes: present(attributes) };
  }

  /** Of a process that is gone only what the kernel told is known. */
  #ended({ thread, cgroup }: MeasuredPlace): ProcessIdentity {
    const path = this.#cgroups.find(cgroup);
    const line = path === undefined ? "" : `0::${path}`;
    const podUid = podUidOf(line);
    return {
      service: thread,
      containerId: containerIdOf(line),
      podUid,
      attributes: present({ "k8s.pod.uid": podUid }),
    };
  }
}

/** The same without what is not known. */
export function present(attributes: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  );
}

import { setTimeout as sleep } from "node:timers/promises";
import type { KubernetesReport } from "@weir/http-contract";
import { type AddressName, resolveWorkload, type Workload } from "@weir/identity";
import { ContainerNames } from "../containers/container-names.ts";
import type { EngineAddress } from "../containers/engine.ts";
import type { LiveRecord } from "../messages.ts";
import { ClusterLink, type ClusterOptions } from "./cluster-link.ts";
import { LateNames, type LateNamesCounts } from "./late-names.ts";
import type { Namer } from "./namer.ts";
import { TranslationEvents } from "./translation-events.ts";
import { type TranslationAbility, Translations } from "./translations.ts";
import { WorkloadNamer } from "./workload-namer.ts";

/** Records that wait for a name are looked at so often. */
const LOOK_EVERY_MS = 500;
/** A cluster's first lists are waited for so long at the start, and so long at the end, looking so often. */
const FIRST_LISTS_MS = 3_000;
const LAST_CHANCE_MS = 5_000;
const SHORT_MS = 50;

export interface IdentityOptions {
  /** `in-cluster`, the path of a kubeconfig, or `hub`; absent where no cluster is followed. */
  readonly kubernetes?: string | undefined;
  /** Tells of the cluster that it follows. */
  readonly hub?: ClusterOptions["hub"];
  readonly kubernetesNode?: string | undefined;
  /** The table of translated connections. */
  readonly conntrack: string;
  /** Where container engines may be; absent where none is asked. */
  readonly engines: readonly EngineAddress[] | undefined;
}

/** Of the names that are not the wire's. */
export interface IdentityStatus {
  /** Absent where no cluster is followed. */
  readonly kubernetes?: KubernetesReport | undefined;
  /** Whether the node's address translation can be read; absent where no cluster is followed. */
  readonly translations?: TranslationAbility | undefined;
  /** Absent where no container engine is asked. */
  readonly containers?: ContainerNames["status"] | undefined;
  readonly late: LateNamesCounts;
}

/** Where a process runs, by its control group. */
export interface ProcessPlace {
  readonly containerId: string | undefined;
  readonly podUid: string | undefined;
}

/** What a process' pod and container are called. */
export interface ProcessNames {
  readonly workload: Workload | undefined;
  readonly container: { readonly name: string; readonly image: string } | undefined;
}

/** Everything that names the ends of connections beside the wire and the processes. */
export class IdentityLink {
  readonly #cluster: ClusterLink | undefined;
  readonly #translations: Translations | undefined;
  readonly #containers: ContainerNames | undefined;
  readonly #late: LateNames;
  #timer: NodeJS.Timeout | undefined;
  #send: (record: LiveRecord) => void = () => undefined;

  /** Begins to follow the cluster. Waits for its first lists, within limits, so that what is seen first has its names as well. */
  static async start({ kubernetes, kubernetesNode, hub, conntrack, engines }: IdentityOptions): Promise<IdentityLink> {
    const cluster =
      kubernetes === undefined ? undefined : await ClusterLink.start({ kubernetes, node: kubernetesNode, hub });
    const containers = engines && (await ContainerNames.open(engines));
    const link = new IdentityLink(
      cluster,
      cluster && new Translations(conntrack, TranslationEvents.open()),
      containers,
    );
    await link.#listed(FIRST_LISTS_MS);
    return link;
  }

  private constructor(
    cluster: ClusterLink | undefined,
    translations: Translations | undefined,
    containers: ContainerNames | undefined,
  ) {
    const namers: Namer[] = [];
    if (cluster !== undefined) namers.push(new WorkloadNamer(cluster, translations));
    if (containers !== undefined) namers.push(containers);
    this.#containers = containers;
    this.#cluster = cluster;
    this.#translations = translations;
    this.#late = new LateNames(namers);
  }

  /** Begins to give out records, named. */
  begin(send: (record: LiveRecord) => void): void {
    this.#send = send;
    this.#timer = setInterval(() => this.#give(this.#late.due()), LOOK_EVERY_MS);
  }

  take(records: readonly LiveRecord[]): void {
    this.#give(this.#late.take(records));
  }

  /** Gives out what still waits for names. Where the cluster is being read for the first time, as with a short capture from a pipe, that is waited for. */
  async finish(): Promise<void> {
    clearInterval(this.#timer);
    if (this.#late.counts.held > 0) await this.#listed(LAST_CHANCE_MS);
    this.#give(this.#late.rest());
  }

  /** Tells the names of addresses as they are learned. */
  onNames(tell: (names: readonly AddressName[]) => void): void {
    this.#cluster?.onNames(tell);
  }

  /** The pod and the container of a process now, as far as they are known by then. */
  ofProcess({ containerId, podUid }: ProcessPlace): ProcessNames {
    const workload =
      this.#cluster && resolveWorkload(this.#cluster.history, { address: "", unixMs: Date.now(), containerId, podUid });
    return {
      workload: workload?.pod === undefined ? undefined : workload,
      container: workload?.container ?? this.#containers?.nameOf(containerId),
    };
  }

  async stop(): Promise<void> {
    await this.#cluster?.stop();
    await this.#containers?.close();
    this.#translations?.close();
  }

  get status(): IdentityStatus {
    return {
      kubernetes: this.#cluster?.report,
      translations: this.#translations?.ability,
      containers: this.#containers?.status,
      late: this.#late.counts,
    };
  }

  async #listed(mostMs: number): Promise<void> {
    for (let waitedMs = 0; waitedMs < mostMs && this.#cluster?.isListed === false; waitedMs += SHORT_MS)
      await sleep(SHORT_MS);
  }

  #give(records: readonly LiveRecord[]): void {
    for (const record of records) this.#send(record);
  }
}

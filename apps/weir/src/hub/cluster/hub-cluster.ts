import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { ClusterQuestion, KubernetesReport } from "@weir/http-contract";
import { ClusterLink } from "../../agent/identity/cluster-link.ts";
import { WorkloadNamer } from "../../agent/identity/workload-namer.ts";
import { Waits } from "../agents/waits.ts";
import { ClusterFeed } from "./cluster-feed.ts";

/** The cluster's first lists are waited for so long, looking so often: a capture that is read before them would go without its names. */
const FIRST_LISTS_MS = 10_000;
const SHORT_MS = 50;
/** What changes within so long is told at once: a rollout is not an answer per pod and agent. */
const GATHER_MS = 200;

/** The cluster that the hub follows: it names captures that are imported, and agents hear of it from here, so that one watch does for all of them. */
export class HubCluster {
  readonly namer: WorkloadNamer;
  readonly #link: ClusterLink;
  readonly #feed: ClusterFeed;
  readonly #waits = new Waits();
  #telling: NodeJS.Timeout | undefined;

  /** Begins to follow a cluster: `in-cluster`, or a kubeconfig. All its pods, as captures and agents come from anywhere. Throws CONFIG_INVALID where it is not described. */
  static async follow(kubernetes: string, log: (line: string) => void): Promise<HubCluster> {
    const feed = new ClusterFeed(randomUUID());
    let cluster: HubCluster | undefined;
    const link = await ClusterLink.start({ kubernetes, node: undefined }, (changes) => {
      if (feed.take(changes)) cluster?.tell();
    });
    cluster = new HubCluster(link, feed);
    // Names of addresses are not asked for here: the records' own fields are.
    link.onNames(() => undefined);
    for (let waitedMs = 0; waitedMs < FIRST_LISTS_MS && !link.isListed; waitedMs += SHORT_MS) await sleep(SHORT_MS);
    if (!link.isListed)
      log(
        `the cluster at ${link.report.server} has not been listed yet: captures that are read now go without its names`,
      );
    return cluster;
  }

  private constructor(link: ClusterLink, feed: ClusterFeed) {
    this.#link = link;
    this.#feed = feed;
    this.namer = new WorkloadNamer(link, undefined);
  }

  get report(): KubernetesReport {
    return this.#link.report;
  }

  /** Lets those who wait know in a moment. */
  tell(): void {
    this.#telling ??= setTimeout(() => {
      this.#telling = undefined;
      this.#waits.wakeAll();
    }, GATHER_MS).unref();
  }

  /** What has changed for an agent, as JSON: as soon as something has, or when the wait is over. */
  async changes(agentId: string, { waitMs, listing, ...rest }: ClusterQuestion, signal: AbortSignal): Promise<string> {
    const question = { ...rest, isListing: listing };
    if (!this.#feed.hasMoreFor(question)) await this.#waits.wait(agentId, waitMs, signal);
    const { changes, ...page } = this.#feed.page(question);
    const { server, kinds } = this.report;
    const problem = kinds.find((kind) => kind.problem !== undefined)?.problem;
    const head = JSON.stringify({ run: this.#feed.run, server, isListed: this.#link.isListed, problem, ...page });
    // The changes are JSON already: they are written once, and told to many.
    return `${head.slice(0, -1)},"changes":[${changes.join(",")}]}`;
  }

  /** Lets go of agents that wait. */
  close(): void {
    clearTimeout(this.#telling);
    this.#waits.close();
  }

  stop(): Promise<void> {
    return this.#link.stop();
  }
}

import { setTimeout as sleep } from "node:timers/promises";
import { ClusterLink } from "../agent/identity/cluster-link.ts";
import { WorkloadNamer } from "../agent/identity/workload-namer.ts";

/** The cluster's first lists are waited for so long, looking so often: a capture that is read before them would go without its names. */
const FIRST_LISTS_MS = 10_000;
const SHORT_MS = 50;

/** A cluster that the hub itself follows, for captures that it reads: what agents send was named where it was seen. */
export interface HubCluster {
  readonly namer: WorkloadNamer;
  stop(): Promise<void>;
}

/** Begins to follow a cluster: `in-cluster`, or a kubeconfig. All its pods, as captures come from anywhere. Throws CONFIG_INVALID where it is not described. */
export async function followCluster(kubernetes: string, log: (line: string) => void): Promise<HubCluster> {
  const link = await ClusterLink.start({ kubernetes, node: undefined });
  // Names of addresses are not asked for here: the records' own fields are.
  link.onNames(() => undefined);
  for (let waitedMs = 0; waitedMs < FIRST_LISTS_MS && !link.isListed; waitedMs += SHORT_MS) await sleep(SHORT_MS);
  if (!link.isListed)
    log(
      `the cluster at ${link.report.server} has not been listed yet: captures that are read now go without its names`,
    );
  return { namer: new WorkloadNamer(link, undefined), stop: () => link.stop() };
}

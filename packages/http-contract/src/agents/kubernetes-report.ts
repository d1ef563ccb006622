import { z } from "zod";

const count = z.number().int();

/** How following a Kubernetes cluster goes. */
export const kubernetesReportSchema = z.object({
  via: z
    .enum(["apiServer", "hub"])
    .default("apiServer")
    .describe("Who tells: the API server itself, or the hub, which follows it for its agents"),
  server: z.string().describe("Address of the API server; empty while the hub has not told it"),
  node: z.string().optional().describe("Only pods of this node are followed; all where absent"),
  isReachable: z.boolean().describe("Everything was listed once, and nothing fails now"),
  dropped: count.describe("What is known of objects and addresses that found no room within the limits"),
  kinds: z.array(
    z.object({
      kind: z.string().describe("pods, services, endpointslices, nodes"),
      state: z.string().describe("waiting, listing, watching or failing"),
      objects: count.describe("Objects that are held"),
      lists: count.describe(
        "Lists that were made: one, and one for each time that the server no longer had our version",
      ),
      watches: count,
      events: count,
      unreadable: count,
      overLimit: count.describe("Objects beyond the limit, which are not held"),
      lastEventUnixMs: z.number().optional().describe("When the server was last heard of"),
      problem: z.string().optional().describe("What goes wrong now"),
    }),
  ),
});
export type KubernetesReport = z.infer<typeof kubernetesReportSchema>;

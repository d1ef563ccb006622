import { z } from "zod";
import { MAX_ORDERS_WAIT_MS } from "./agents.ts";

const count = z.number().int().min(0);
const unixMs = z.number().describe("Unix time in milliseconds");
const text = z.string();

const podSchema = z.object({
  uid: text,
  name: text,
  namespace: text,
  labels: z.record(text, text),
  owner: z.object({ kind: text, name: text }).optional(),
  node: text.optional(),
  addresses: z.array(text),
  isHostNetwork: z.boolean(),
  containers: z.array(z.object({ id: text, name: text, image: text })),
  startedUnixMs: unixMs.optional(),
  endedUnixMs: unixMs.optional(),
});

const serviceSchema = z.object({ name: text, namespace: text, addresses: z.array(text), createdUnixMs: unixMs });

const endpointSchema = z.object({
  address: text,
  isReady: z.boolean(),
  node: text.optional(),
  zone: text.optional(),
  pod: z.object({ uid: text, name: text, namespace: text }).optional(),
});

const endpointSliceSchema = z.object({
  name: text,
  namespace: text,
  service: text,
  endpoints: z.array(endpointSchema),
  changedUnixMs: unixMs,
});

const nodeSchema = z.object({
  name: text,
  zone: text.optional(),
  addresses: z.array(text),
  podNetworks: z.array(text),
  createdUnixMs: unixMs,
});

const change = <Kind extends string, Kept extends z.ZodType>(kind: Kind, object: Kept) =>
  z.object({ kind: z.literal(kind), key: text, atUnixMs: unixMs, object: object.optional() });

/** What became otherwise of one object: as it is now, or that it is gone. */
const clusterChangeSchema = z.discriminatedUnion("kind", [
  change("pods", podSchema),
  change("services", serviceSchema),
  change("endpointslices", endpointSliceSchema),
  change("nodes", nodeSchema),
]);

/** Asks what has changed in the cluster that the hub follows: the answer comes when something has, or when the wait is over. */
export const clusterChangesQuery = z.object({
  run: z.string().max(100).default("").describe("The hub's run that `after` is of; empty for everything"),
  after: z.coerce.number().int().min(0).default(0).describe("The last change that the agent has"),
  listing: z
    .stringbool()
    .default(false)
    .describe("True in the middle of a list: what was forgotten before it does not begin it anew"),
  node: z.string().max(253).optional().describe("Of pods and nodes only those of this node"),
  waitMs: z.coerce.number().int().min(0).max(MAX_ORDERS_WAIT_MS).default(0),
});
export type ClusterQuestion = z.infer<typeof clusterChangesQuery>;

/** Objects of a cluster, as far as they name the ends of connections: those that changed after what the agent has, each as it is now. */
export const clusterChangesSchema = z.object({
  run: z.string().describe("Names the hub's run: numbers of changes begin anew with each"),
  server: z.string().describe("Address of the API server"),
  isListed: z.boolean().describe("All objects were listed once: who is not known then is not of the cluster"),
  problem: z.string().optional().describe("What keeps the hub from the API server now"),
  isWhole: z
    .boolean()
    .describe("The changes begin with the first: what is not among them, to their last page, is gone"),
  reached: count.describe("The last change of this answer"),
  hasMore: z.boolean().describe("More are there at once"),
  changes: z.array(clusterChangeSchema),
});
export type ClusterChanges = z.infer<typeof clusterChangesSchema>;

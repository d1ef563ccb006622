import { z } from "zod";

const count = z.number().int();
const lastSeen = {
  example: z.string().describe("What was wrong with the last of them"),
  lastAt: z.string().meta({ format: "date-time" }),
};

/** What one receiver took and what it did not, since the hub started. */
const receiverCountsSchema = z.object({
  requests: count.describe("Requests, datagrams, or pieces of connections"),
  bytes: count.describe("Their bytes, before compression"),
  repeatedRequests: count.describe("Requests that came again although they had been taken: stored once"),
  kept: z.array(z.object({ table: z.string(), items: count })).describe("Items that the store has acknowledged"),
  drops: z
    .array(z.object({ reason: z.string(), items: count, ...lastSeen }))
    .describe("Items that are lost, by reason; the others of their batch are kept"),
  turnedAway: z
    .array(z.object({ reason: z.string(), requests: count, ...lastSeen }))
    .describe("Whole requests that were not taken; busy and notAcknowledged ones are to be sent again"),
});
export type ReceiverCounts = z.infer<typeof receiverCountsSchema>;

const receiverStateSchema = receiverCountsSchema.extend({
  name: z.string(),
  title: z.string(),
  transport: z.enum(["http", "grpc", "udp", "tcp"]),
  address: z.string().optional().describe("Where it listens, or whom it asks; absent where it does not"),
  problem: z.string().optional().describe("Why it does not listen, and what to do; or who does not answer, and why"),
});
export type ReceiverState = z.infer<typeof receiverStateSchema>;

export const receiversSchema = z.object({
  items: z.array(receiverStateSchema),
  queue: z.object({
    queuedRows: count.describe("Rows that wait for the store"),
    queuedBytes: count,
    maxQueuedBytes: count.describe("From there on requests are turned away"),
    problem: z.string().optional().describe("What the store says where it cannot take rows"),
  }),
});
export type ReceiversView = z.infer<typeof receiversSchema>;

import { TRANSPORTS } from "@weir/model";
import { z } from "zod";
import { captureSchema } from "../records.ts";
import { controlStateSchema, signedControlSchema } from "./control.ts";
import { kubernetesReportSchema } from "./kubernetes-report.ts";

const count = z.number().int();

/** Tables that agents fill. The least worth first: that is what a full spool lets go. */
export const BATCH_TABLES = [
  "profile_samples",
  "profile_stacks",
  "deliveries",
  "retries",
  "calls",
  "connections",
  "findings",
  "captures",
] as const;
export type BatchTable = (typeof BATCH_TABLES)[number];

/** Content type of a batch: one block of ClickHouse's Native format. */
export const BATCH_TYPE = "application/vnd.clickhouse.native";

/** Bytes of one batch at most. */
export const MAX_BATCH_BYTES = 32 << 20;

/** Causes of drops that a report names at most. */
export const MAX_DROP_CAUSES = 20;

/** Parts of an agent that a report names at most: it may have as many threads for packets. */
export const MAX_CPU_PARTS = 100;

/** Something that an agent can do on its host or not. */
const abilitySchema = z.object({
  name: z.string(),
  has: z.boolean(),
  why: z.string(),
  cost: z
    .object({
      events: count.describe("What it told so far"),
      lostEvents: count.describe("Events that found no room between the kernel and the agent"),
      runs: count.describe("How often its programs ran in the kernel"),
      runNs: count.describe("Time that they took"),
    })
    .optional()
    .describe("What it has cost in the kernel; absent where that is not measured"),
});

/** What a part of an agent has used of its host's processors, outside of the kernel's programs. */
const cpuPartSchema = z.object({
  part: z.string().describe("main, capture, kernel; node: Node's own threads, which compile and collect garbage"),
  cpuNs: count.describe("CPU time that it has used"),
  lastMinuteRatio: z.number().min(0).describe("Share of one processor in the last minute"),
});

const unixNs = z
  .string()
  .regex(/^\d{1,20}$/)
  .describe("Unix time in nanoseconds");

/** A window of time whose packets an agent keeps. */
const pinSchema = z.object({ name: z.string().min(1).max(100), fromNs: unixNs, toNs: unixNs });

/** The packets that an agent keeps on its disk. */
const packetHistorySchema = z.object({
  bytes: count,
  maxBytes: count,
  fromNs: unixNs.optional().describe("Time of the oldest packet that is kept"),
  packets: count.describe("Packets of this run that went to the history"),
  skippedPackets: count.describe("Packets that did not, because the disk was too slow or full"),
  problem: z.string().describe("What is wrong with the disk; empty where nothing is"),
  captureIds: z.array(z.string()).describe("The runs that packets are kept of"),
  pins: z.array(pinSchema),
});

/** How taking profiles goes. */
const profilesReportSchema = z.object({
  samples: count.describe("Rows of profiles that were made"),
  droppedSamples: count.describe("Places of programs that found no room within the limits"),
  processes: count.describe("Processes whose memory is known"),
  binaries: count.describe("Programs and libraries that are open for the names of their functions"),
  functions: count.describe("Functions of theirs that are known"),
  droppedFunctions: count.describe("Functions that processes made and told of, and that found no room"),
});
export type ProfilesReport = z.infer<typeof profilesReportSchema>;

/** What an agent says of itself every few seconds. */
export const agentReportSchema = z.object({
  version: z.string(),
  host: z.string(),
  captureId: z.string().describe("Its records carry it; each run of an agent has one of its own"),
  abilities: z.array(abilitySchema),
  drops: z
    .array(z.object({ kind: z.string(), reason: z.string(), place: z.string(), packets: count }))
    .max(MAX_DROP_CAUSES)
    .default([])
    .describe("Packets that the kernel of its host dropped, by cause, the most first"),
  capture: captureSchema.optional().describe("What it has seen so far; absent before its first packet"),
  kubernetes: kubernetesReportSchema.optional().describe("Absent where it follows no cluster"),
  openConnections: count,
  shedding: z
    .string()
    .describe("What it leaves out because there is too much to read: nothing, bodies, calls, connections"),
  rssBytes: count.describe("Memory of its process"),
  cpuNs: count.describe("CPU time that it has used"),
  cpuParts: z
    .array(cpuPartSchema)
    .max(MAX_CPU_PARTS)
    .default([])
    .describe("CPU time of its threads by part, the most first; empty of older agents"),
  waiting: z.object({
    batches: count.describe("Batches that are not acknowledged, on disk and in memory"),
    bytes: count,
    droppedRecords: count.describe("Records that found no room, or that the hub refused"),
    oldestMs: count.describe("How long the oldest of them waits"),
  }),
  profiles: profilesReportSchema.optional().describe("Absent where it takes none"),
  history: packetHistorySchema.optional().describe("Absent where it keeps no packets"),
  control: controlStateSchema.optional().describe("How it follows the hub's configuration; absent of older agents"),
  clock: z
    .object({
      offsetNs: count.describe("The hub's clock minus the agent's, as the last report measured it"),
      roundTripNs: count,
    })
    .optional(),
});
export type AgentReport = z.infer<typeof agentReportSchema>;

/** What names a connection's packets. */
const connectionKeySchema = z.object({
  transport: z.enum(TRANSPORTS),
  clientAddress: z.string(),
  clientPort: count,
  serverAddress: z.string(),
  serverPort: count,
  firstPacket: count,
  lastPacket: count,
});

/** What a hub wants of an agent. The agent answers under the request's id. */
export const agentRequestSchema = z.discriminatedUnion("kind", [
  z
    .object({
      kind: z.literal("packets"),
      requestId: z.string(),
      captureId: z.string(),
      keys: z.array(connectionKeySchema).min(1),
      fromNs: unixNs,
      toNs: unixNs,
      comment: z.string(),
      names: z.array(z.object({ address: z.string(), name: z.string() })),
    })
    .describe("The packets of some connections, as a capture file"),
  pinSchema.extend({ kind: z.literal("pin"), requestId: z.string() }).describe("Keep the packets of a window of time"),
  z.object({ kind: z.literal("unpin"), requestId: z.string(), name: z.string() }).describe("Give such a window up"),
]);
export type AgentRequest = z.infer<typeof agentRequestSchema>;

/** What the hub answers to a report. */
export const agentReportAnswerSchema = z.object({
  hubUnixMs: z.number().describe("The hub's clock when it took the report"),
});

/** What the hub's answer waits for at most. */
export const MAX_ORDERS_WAIT_MS = 25_000;

/** Asks for orders: the answer comes when there are some, or when the wait is over. */
export const ordersQuery = z.object({
  have: z.string().max(200).default("").describe("Signature of the configuration that the agent was offered last"),
  waitMs: z.coerce.number().int().min(0).max(MAX_ORDERS_WAIT_MS).default(0),
});

/** What the hub wants of an agent now. */
export const agentOrdersSchema = z.object({
  hubUnixMs: z.number().describe("The hub's clock"),
  publicKey: z.string().describe("Of the key that signs what agents shall do: SPKI, Base64"),
  control: signedControlSchema.optional().describe("Absent where the agent has it"),
  requests: z.array(agentRequestSchema).describe("What the agent is asked for"),
});
export type AgentOrders = z.infer<typeof agentOrdersSchema>;

/** Why an agent could not do what it was asked for. */
export const agentProblemSchema = z.object({ code: z.string(), message: z.string(), hint: z.string() });

/** A window to pin: the last so many minutes, or the one between two moments. */
export const pinQuery = z.object({
  name: z.string().min(1).max(100).describe("What the window is called; the same name again replaces it"),
  minutes: z.coerce.number().int().min(1).max(10_080).default(10).describe("How far it goes back from now"),
});

/** An agent as the hub knows it. */
export const agentSchema = agentReportSchema.extend({
  agentId: z.string(),
  isConnected: z.boolean().describe("False where it has not reported for a while"),
  lastSeenAt: z.string().meta({ format: "date-time" }),
});
export type AgentView = z.infer<typeof agentSchema>;

/** What names a batch: exactly one with a token is stored. */
export const batchQuery = z.object({
  capture: z.string().describe("The run that its records are of"),
  token: z.string().min(1).max(300).describe("Names the batch: the same token again adds nothing"),
});

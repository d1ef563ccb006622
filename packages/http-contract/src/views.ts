import { z } from "zod";
import { countedOutcomeSchema } from "./verdicts.ts";

/** Where an import stands. `received`: the file is safe on the hub's disk; `done`: all its rows are acknowledged by the store. */
export const importStateSchema = z.object({
  captureId: z.string(),
  name: z.string(),
  state: z.enum(["received", "reading", "done", "failed"]),
  fileBytes: z.number().int(),
  bytesRead: z.number().int(),
  packets: z.number().int(),
  problem: z.string().optional().describe("Why it failed or waits, or what ended reading early"),
});
export type ImportState = z.infer<typeof importStateSchema>;

/** One service on the map. */
export const mapServiceSchema = z.object({
  name: z.string(),
  addresses: z.array(z.string()),
  calls: z.number().int().describe("Calls that it answered"),
  callErrors: z.number().int(),
});
export type MapService = z.infer<typeof mapServiceSchema>;

/** One edge of the map: who asked whom, how much, how well. */
/** What a router or switch counted of an edge. */
export const edgeFlowsSchema = z.object({
  exporter: z.string().describe("Address of the device"),
  records: z.number().int(),
  clientPackets: z.number().int().describe("What clients sent; an estimate where the device samples"),
  clientBytes: z.number().int(),
  serverPackets: z.number().int(),
  serverBytes: z.number().int(),
  samplingRate: z.number().int().describe("The device looked at one of so many packets, at most"),
});

export const mapEdgeSchema = z.object({
  clientService: z.string(),
  serverService: z.string(),
  serverPort: z.number().int(),
  transport: z.string(),
  protocols: z.array(z.string()),
  connections: z.number().int(),
  failedConnections: z.number().int(),
  calls: z.number().int(),
  callErrors: z.number().int(),
  callsPerSecond: z.number(),
  bytes: z.number().int(),
  retransmissionRatio: z.number(),
  durationP50Ns: z.number().optional(),
  durationP95Ns: z.number().optional(),
  durationP99Ns: z.number().optional(),
  handshakeP50Ns: z.number().optional(),
  health: z.enum(["ok", "degraded", "bad"]).describe("bad: it has a critical finding; degraded: a warning"),
  findingIds: z.array(z.string()),
  verdicts: z
    .array(countedOutcomeSchema)
    .describe("How many of its connections arrived at which outcome of the verdict trees; TCP only"),
  flows: z
    .array(edgeFlowsSchema)
    .optional()
    .describe("What routers and switches counted of it (NetFlow, IPFIX, sFlow), the most first; only where asked for"),
});
export type MapEdge = z.infer<typeof mapEdgeSchema>;

export const serviceMapSchema = z.object({ services: z.array(mapServiceSchema), edges: z.array(mapEdgeSchema) });
export type ServiceMap = z.infer<typeof serviceMapSchema>;

/** One packet of a ladder (sequence) diagram. */
export const ladderPacketSchema = z.object({
  number: z.number().int().describe("frame.number"),
  offsetNs: z.number().describe("Since the connection's first packet"),
  fromClient: z.boolean(),
  flags: z.string().describe("SYN, ACK … joined by a space; empty for UDP"),
  sequence: z.number().int().describe("Relative to the direction's first sequence number"),
  acknowledgment: z.number().int(),
  payloadBytes: z.number().int(),
  windowBytes: z.number().int().describe("Scaled receive window that the packet offers"),
  notes: z.array(z.string()).describe("retransmission, zeroWindow … as in tcp.analysis"),
});
export type LadderPacket = z.infer<typeof ladderPacketSchema>;

export const ladderSchema = z.object({
  connectionId: z.string(),
  packets: z.array(ladderPacketSchema),
  truncated: z.boolean().describe("True where the connection has more packets than the limit"),
});
export type Ladder = z.infer<typeof ladderSchema>;

/** A field that filters can name. */
export const filterFieldSchema = z.object({
  name: z.string(),
  type: z.string(),
  meaning: z.string(),
  unit: z.string().optional(),
  values: z.array(z.string()).optional(),
});
export type FilterField = z.infer<typeof filterFieldSchema>;

/** What can be written at the cursor of a filter. */
export const completionSchema = z.object({
  from: z.number().int().describe("Where the part begins that an item replaces"),
  to: z.number().int(),
  items: z.array(
    z.object({
      text: z.string(),
      kind: z.enum(["field", "fields", "function", "operator", "value"]),
      detail: z.string().optional(),
      count: z.number().int().optional().describe("Of values: how many records have it, of those that were looked at"),
    }),
  ),
});
export type Completion = z.infer<typeof completionSchema>;

/** What every failed request answers. */
export const problemSchema = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string(),
  /** For filters: where in the text, 0-based, and the nearest name. */
  position: z.number().int().optional(),
  suggestion: z.string().optional(),
  part: z.string().optional().describe("Of a question: the part whose text the position is in: filter, measures.0"),
});
export type Problem = z.infer<typeof problemSchema>;

import { z } from "zod";

const count = z.number().int();
const unixMs = z.number().int().min(0);

/** What an agent can be told to do, or to leave, beside capturing packets. */
export const CONTROLLED_ABILITIES = [
  "kernelSockets",
  "kernelDatagrams",
  "kernelRetransmissions",
  "kernelDrops",
  "tlsPlaintext",
  "cpuProfiles",
  "offCpuProfiles",
] as const;

/** Bounds of settings and rules. */
export const CONTROL_LIMITS = {
  filterChars: 4_096,
  leastSnapBytes: 64,
  mostSnapBytes: 262_144,
  sampleOneOf: 65_536,
  maskings: 100,
  maskingChars: 500,
  agents: 10_000,
  rules: 100,
  ruleMinutes: 24 * 60,
} as const;

const maskings = z.array(z.string().min(1).max(CONTROL_LIMITS.maskingChars)).max(CONTROL_LIMITS.maskings).default([]);

const maskingSchema = z.strictObject({
  headers: maskings.describe("Names of headers whose values are masked beside those that always are"),
  attributes: maskings.describe("Names of attributes whose values are masked"),
  patterns: maskings.describe(
    "Regular expressions (RE2): what they match is masked in targets, header values, attributes and bodies",
  ),
});

const settingsShape = {
  filter: z
    .string()
    .max(CONTROL_LIMITS.filterChars)
    .optional()
    .describe("pcap filter of the packets that are captured; narrows the agent's own --bpf"),
  snapBytes: count
    .min(CONTROL_LIMITS.leastSnapBytes)
    .max(CONTROL_LIMITS.mostSnapBytes)
    .optional()
    .describe("Bytes that are kept of a packet; no more than the agent's own --snap-length"),
  sampleOneOf: count
    .min(1)
    .max(CONTROL_LIMITS.sampleOneOf)
    .optional()
    .describe("One of so many connections is read whole; of the others beginnings and ends. 1 reads all"),
  bodies: z.boolean().optional().describe("Whether calls keep the beginnings of their bodies"),
  abilities: z
    .partialRecord(z.enum(CONTROLLED_ABILITIES), z.boolean())
    .optional()
    .describe("Abilities that are turned on or off; what the agent was started without stays off"),
  masking: maskingSchema.optional(),
};

/** What one agent does. What is absent is as the agent was started. */
export const agentSettingsSchema = z.strictObject(settingsShape);
export type AgentSettings = z.infer<typeof agentSettingsSchema>;

/** What all agents do, and what some do otherwise. */
export const agentConfigSchema = z.strictObject({
  ...settingsShape,
  agents: z
    .record(z.string().min(1).max(200), agentSettingsSchema)
    .refine((agents) => Object.keys(agents).length <= CONTROL_LIMITS.agents)
    .default({})
    .describe("By the agent's name: what is otherwise there. Maskings add to those of all"),
});
export type AgentConfig = z.infer<typeof agentConfigSchema>;

/** Whose connections: names of services as the map has them, or addresses. */
export const edgeSchema = z
  .strictObject({
    clientService: z.string().min(1).max(300).optional(),
    serverService: z.string().min(1).max(300).optional(),
    serverPort: count.min(0).max(65_535).optional(),
  })
  .refine(({ clientService, serverService }) => clientService !== undefined || serverService !== undefined, {
    message: "name the client's service, the server's, or both",
  });
export type Edge = z.infer<typeof edgeSchema>;

export const RULE_KINDS = [
  /** Calls of the edge keep the beginnings of their bodies. */
  "bodies",
  /** All connections of the edge are read whole, whatever is sampled. */
  "sampling",
] as const;

const ruleWordsShape = {
  kind: z.enum(RULE_KINDS).describe("bodies: calls keep the beginnings of their bodies; sampling: nothing is left out"),
  edge: edgeSchema,
};

/** A temporary rule as somebody asks for it. */
export const wantedRuleSchema = z.strictObject({
  ...ruleWordsShape,
  minutes: z
    .number()
    .positive()
    .max(CONTROL_LIMITS.ruleMinutes)
    .default(10)
    .describe("After so long it ends by itself"),
});

/** A temporary rule: something that is done for one edge until a moment. */
export const controlRuleSchema = z.strictObject({
  ruleId: z.string().min(1).max(100),
  ...ruleWordsShape,
  fromUnixMs: unixMs,
  untilUnixMs: unixMs.describe("By the hub's clock"),
  by: z.string().describe("Who asked for it"),
});
export type ControlRule = z.infer<typeof controlRuleSchema>;

/** What a hub signs: all that its agents shall do. */
export const controlSchema = z.strictObject({
  version: count.min(1).describe("Grows with every change; an agent takes none older than it has"),
  issuedUnixMs: unixMs,
  config: agentConfigSchema,
  rules: z.array(controlRuleSchema).max(CONTROL_LIMITS.rules),
});
export type Control = z.infer<typeof controlSchema>;

/** The same on its way: the text that was signed, and the signature. */
export const signedControlSchema = z.object({
  payload: z
    .string()
    .max(4 << 20)
    .describe("JSON of what the agents shall do: exactly the text that was signed"),
  signature: z.string().max(200).describe("Ed25519, Base64"),
});
export type SignedControl = z.infer<typeof signedControlSchema>;

/** How an agent follows its hub. */
export const controlStateSchema = z.object({
  isAllowed: z.boolean().describe("False where the agent was started with --no-control"),
  keyId: z.string().optional().describe("Fingerprint of the hub's key that it trusts; absent before it has one"),
  version: count.optional().describe("The version that it does; absent where it does as it was started"),
  refused: z
    .object({ version: count.optional(), why: z.string() })
    .optional()
    .describe("The offer that it did not take, until it takes another"),
  settings: agentSettingsSchema.describe("What comes out of it for this agent"),
  rules: z
    .array(z.object({ ruleId: z.string(), endsUnixMs: unixMs.describe("By the agent's clock") }))
    .describe("Temporary rules that are on"),
});
export type ControlState = z.infer<typeof controlStateSchema>;

/** What the hub tells its agents to do, for those who change it. */
export const controlViewSchema = z.object({
  version: count,
  keyId: z.string(),
  publicKey: z.string().describe("Of the key that signs: SPKI, Base64; for weir agent --hub-key"),
  config: agentConfigSchema,
  file: z.string().optional().describe("The file that the configuration stands in; it is changed there alone"),
  rules: z.array(controlRuleSchema).describe("Temporary rules that are on"),
});
export type ControlView = z.infer<typeof controlViewSchema>;

import { z } from "zod";
import { treeStepSchema } from "./records.ts";

const treeSchema = z.enum(["handshake", "failing", "slow"]);
const kindSchema = z
  .enum(["healthy", "note", "trouble", "undecided"])
  .describe("healthy needs nothing, note is no fault, trouble is wrong, undecided: the capture cannot tell");
const namedOutcomeSchema = z.object({ outcome: z.string(), title: z.string() });

/** What one decision tree says about one connection. */
export const connectionVerdictSchema = z.object({
  tree: treeSchema,
  question: z.string().describe("The question of the whole tree"),
  outcome: z.string().describe("docs/reference/verdicts.md"),
  kind: kindSchema,
  title: z.string(),
  meaning: z.string(),
  advice: z.string(),
  refutedBy: z.string(),
  steps: z.array(treeStepSchema),
  refuted: z.array(namedOutcomeSchema).describe("Troubles that an answer on the path ruled out"),
  open: z.array(namedOutcomeSchema).describe("Troubles that the capture neither shows nor rules out"),
  because: z.array(z.string()).describe("Why the capture cannot tell"),
  packets: z.array(z.number().int()).describe("Numbers of the packets that show it"),
});
export type ConnectionVerdict = z.infer<typeof connectionVerdictSchema>;

/** How many connections of an edge arrived at one outcome of a tree. */
export const countedOutcomeSchema = z.object({
  tree: treeSchema,
  outcome: z.string(),
  kind: kindSchema,
  title: z.string(),
  connections: z.number().int(),
});
export type CountedOutcome = z.infer<typeof countedOutcomeSchema>;

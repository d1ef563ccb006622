import { z } from "zod";
import { telemetryQuery } from "./telemetry.ts";

const moment = z.string().meta({ format: "date-time" });

export const profileWindow = telemetryQuery.pick({ from: true, to: true });

/** Of what there are profiles. */
export const profileKindSchema = z.object({
  service: z.string(),
  type: z.string().describe("What was measured: cpu, wall, alloc_space …"),
  unit: z.string().describe("nanoseconds, bytes, count …"),
  samples: z.number().int(),
  firstAt: moment,
  lastAt: moment,
});
export type ProfileKindJson = z.infer<typeof profileKindSchema>;

/** Profiles of the process that served a call, taken while it did. */
export const callProfilesSchema = z.object({
  processId: z
    .number()
    .int()
    .optional()
    .describe("The process that served the call; absent where it is not known, or its connection goes on"),
  items: z.array(profileKindSchema).describe("Samples of its process whose time and the call's overlap"),
});
export type CallProfiles = z.infer<typeof callProfilesSchema>;

export const flameQuery = profileWindow.extend({
  service: z.string().default("").describe("Name of a service; empty for samples of none"),
  type: z.string().describe("What was measured, as the list of profiles has it"),
  traceId: z.string().optional().describe("Only samples of this trace"),
  spanId: z.string().optional().describe("Only samples of this span"),
  processId: z.coerce.number().int().optional().describe("Only samples of this process"),
});

const flameNodeSchema = z.object({
  name: z.string().describe("Function"),
  file: z.string().describe("Its file; empty where it is not known"),
  depth: z.number().int().describe("How many functions had called it; 0 for the outermost"),
  value: z.number().describe("In it and in what it called"),
  self: z.number().describe("In itself alone"),
});
export type FlameNodeJson = z.infer<typeof flameNodeSchema>;

export const flameSchema = z.object({
  unit: z.string(),
  samples: z.number().int(),
  value: z
    .number()
    .describe("All that was measured; what the nodes do not add up to had too small a share to be shown"),
  nodes: z.array(flameNodeSchema).describe("Each function before what it called"),
});
export type Flame = z.infer<typeof flameSchema>;

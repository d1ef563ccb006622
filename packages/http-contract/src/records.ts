import {
  auditRecord,
  callRecord,
  captureRecord,
  connectionRecord,
  deliveryRecord,
  type Field,
  findingRecord,
  type RecordDefinition,
  retryRecord,
} from "@weir/model";
import { z } from "zod";

/** The JSON schema of one field, with its meaning as description. */
function fieldSchema(field: Field): z.ZodType {
  const base = baseSchema(field).describe(field.meaning);
  return field.optional ? base.optional() : base;
}

function baseSchema(field: Field): z.ZodType {
  switch (field.type) {
    case "string":
      return field.values === undefined ? z.string() : z.enum(field.values as readonly [string, ...string[]]);
    case "bool":
      return z.boolean();
    case "int":
      return z.number().int();
    case "float":
      return z.number();
    case "time":
      return z.string().meta({ format: "date-time" });
    case "string[]":
      return z.array(z.string());
    case "int[]":
      return z.array(z.number().int());
    case "pairs":
      return z.array(z.tuple([z.string(), z.string()]));
    case "map":
      return z.record(z.string(), z.string());
    case "json":
      return z.unknown();
    default:
      return field.type satisfies never;
  }
}

/** The JSON schema of a record, from its field list. */
export function recordSchema(definition: RecordDefinition): z.ZodObject {
  const shape: Record<string, z.ZodType> = {};
  for (const field of definition.fields) shape[field.name] = fieldSchema(field);
  return z.object(shape).describe(definition.meaning);
}

/** JSON form of a record type: times are RFC 3339 text, the rest is as in the model. */
export type Json<Record> = {
  readonly [Key in keyof Record]: Record[Key] extends bigint
    ? string
    : Record[Key] extends bigint | undefined
      ? string | undefined
      : Record[Key];
};

export const captureSchema = recordSchema(captureRecord);
export const connectionSchema = recordSchema(connectionRecord);
export const auditSchema = recordSchema(auditRecord);
export const callSchema = recordSchema(callRecord);
export const deliverySchema = recordSchema(deliveryRecord);
export const retrySchema = recordSchema(retryRecord);

export const treeStepSchema = z.object({
  question: z.string(),
  measured: z.string(),
  threshold: z.string(),
  outcome: z.enum(["taken", "ruledOut", "cannotTell"]),
  because: z.string().optional().describe("Where it cannot tell: why not"),
});

const evidenceSchema = z.object({
  connectionIds: z.array(z.string()),
  connectionCount: z.number().int(),
  callIds: z.array(z.string()),
  callCount: z.number().int(),
  packets: z.array(z.number().int()),
  streams: z.array(z.string()),
  spans: z
    .array(z.object({ traceId: z.string(), spanId: z.string() }))
    .optional()
    .describe("Spans of the same exchanges, where what applications reported is judged"),
});

export const findingSchema = recordSchema(findingRecord).extend({
  steps: z.array(treeStepSchema),
  evidence: evidenceSchema,
});

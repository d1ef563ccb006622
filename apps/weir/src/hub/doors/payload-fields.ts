import type { RecordDefinition } from "@weir/model";

/** A record in its JSON form without what only those may read who have a right to payloads: lists are empty, the rest is absent. */
export function withoutPayloads(
  definition: RecordDefinition,
  json: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const readable: Record<string, unknown> = { ...json };
  for (const { name, sensitivity, type, optional } of definition.fields) {
    if (sensitivity !== "secret" || !(name in readable)) continue;
    if (optional) delete readable[name];
    else readable[name] = type === "pairs" || type.endsWith("[]") ? [] : "";
  }
  return readable;
}

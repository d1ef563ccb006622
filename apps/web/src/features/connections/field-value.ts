import { formatBytes, formatCount, formatDurationNs, formatRatio } from "@weir/base";
import type { Field } from "@weir/model";
import { fieldWords } from "./health-rows.ts";

/** A field's value for people, in the unit that the model declares. */
export function fieldValueText({ unit, values }: Pick<Field, "unit" | "values">, value: unknown): string {
  if (value === undefined || value === "") return "–";
  if (Array.isArray(value)) return value.length === 0 ? "–" : value.join(", ");
  if (typeof value === "string" && values !== undefined) return fieldWords(value);
  if (typeof value !== "number") return String(value);
  if (unit === "ns") return formatDurationNs(value);
  if (unit === "bytes") return formatBytes(value);
  return unit === "ratio" ? formatRatio(value) : formatCount(value);
}

/** A field's definition in one line, with Wireshark's name for it. */
export function definitionOf({ meaning, wireshark }: Pick<Field, "meaning" | "wireshark">): string {
  return wireshark === undefined ? meaning : `${meaning} (Wireshark: ${wireshark})`;
}

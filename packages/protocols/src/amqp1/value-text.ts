import { type AmqpValue, scalarText } from "./values.ts";

/** A value in the manner of JSON. What lists and maps hold beyond about `limit` characters is left out. */
export function valueText(value: AmqpValue, limit: number): string {
  if (typeof value !== "object" || value instanceof Uint8Array) return scalarText(value) ?? "null";
  if (value.kind === "described") return valueText(value.value, limit);
  const isMap = value.kind === "map";
  const parts: string[] = [];
  let room = limit;
  for (const [index, item] of value.items.entries()) {
    if (room <= 0) break;
    const text = typeof item === "string" ? JSON.stringify(item) : valueText(item, room);
    const separator = index === 0 ? "" : isMap && index % 2 === 1 ? ":" : ",";
    parts.push(separator, text);
    room -= text.length + 1;
  }
  return isMap ? `{${parts.join("")}}` : `[${parts.join("")}]`;
}

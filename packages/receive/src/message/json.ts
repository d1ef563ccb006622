import type { BrokenItems } from "./broken-items.ts";
import { emptyMessage, MAX_DEPTH, type MessageType, type NamedField } from "./message.ts";
import { BrokenMessage } from "./reader.ts";

/**
 * Reads a message from the JSON form of Protocol Buffers, with what OTLP changes about it: identities are hexadecimal, enumerations numbers (their names
 * are taken as well), unknown names are passed over. Throws {@link BrokenMessage} where it cannot be read as a whole; broken items are counted.
 */
export function fromJson<T>(type: MessageType<T>, json: unknown, broken: BrokenItems): T {
  return readMessage(type, json, broken, 0) as T;
}

/** JSON text as a value; throws {@link BrokenMessage} where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BrokenMessage(error instanceof Error ? error.message : String(error));
  }
}

function readMessage(type: MessageType<unknown>, json: unknown, broken: BrokenItems, depth: number): unknown {
  if (depth > MAX_DEPTH) throw new BrokenMessage("messages are nested too deeply");
  if (typeof json !== "object" || json === null || Array.isArray(json))
    throw new BrokenMessage(`no object stands where ${type.name} should`);
  broken.budget.spend();
  const value = emptyMessage(type);
  const members = json as Readonly<Record<string, unknown>>;
  for (const field of type.byNumber.values()) {
    const given = members[field.name] ?? members[field.schemaName];
    if (given === undefined || given === null) continue;
    value[field.name] = field.isRepeated
      ? readList(field, given, broken, depth)
      : readValue(field, given, broken, depth);
  }
  return value;
}

function readList(field: NamedField, given: unknown, broken: BrokenItems, depth: number): unknown[] {
  if (!Array.isArray(given)) throw new BrokenMessage(`no list stands where ${field.name} should`);
  const values: unknown[] = [];
  for (const item of given as unknown[]) {
    try {
      values.push(readValue(field, item, broken, depth));
    } catch (error) {
      if (!field.isItem || !(error instanceof BrokenMessage)) throw error;
      broken.add(field.name, error);
    }
  }
  return values;
}

function readValue({ kind }: NamedField, given: unknown, broken: BrokenItems, depth: number): unknown {
  if (kind.kind === "textMap") return readTextMap(given);
  return kind.kind === "scalar" ? kind.scalar.fromJson(given) : readMessage(kind.type(), given, broken, depth + 1);
}

/** Values that are no texts, as some senders write numbers, become texts. */
function readTextMap(given: unknown): Readonly<Record<string, string>> {
  if (typeof given !== "object" || given === null || Array.isArray(given))
    throw new BrokenMessage("no object of texts");
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}

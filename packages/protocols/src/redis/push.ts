import type { RespReader } from "./reader.ts";
import { Byte } from "./wire.ts";

const CONFIRMATIONS: ReadonlySet<string> = new Set([
  "subscribe",
  "unsubscribe",
  "psubscribe",
  "punsubscribe",
  "ssubscribe",
  "sunsubscribe",
]);
const MESSAGES: ReadonlySet<string> = new Set(["message", "pmessage", "smessage"]);

/**
 * The kind of a message that the server pushes; undefined for an answer. RESP3 has a type for them; in RESP2 they are arrays, which only a
 * connection that subscribed can tell from others.
 */
export function pushKind(reader: RespReader, mayBeSubscribed: boolean): string | undefined {
  if (reader.type === Byte.push) return reader.texts.text(0) ?? "push";
  if (reader.type !== Byte.array || !mayBeSubscribed || reader.count < 3 || reader.count > 4) return undefined;
  const kind = reader.texts.text(0);
  return kind !== undefined && (MESSAGES.has(kind) || CONFIRMATIONS.has(kind)) ? kind : undefined;
}

/** Whether a pushed message confirms what the operation asked for. */
export function confirms(kind: string, operation: string | undefined): boolean {
  return CONFIRMATIONS.has(kind) && kind.toUpperCase() === operation;
}

/** The channel that a pushed message is about; empty where it is about none. */
export function channelOf(kind: string, { texts }: RespReader): string {
  if (kind === "pmessage") return texts.text(2) ?? "";
  return MESSAGES.has(kind) || CONFIRMATIONS.has(kind) ? (texts.text(1) ?? "") : "";
}

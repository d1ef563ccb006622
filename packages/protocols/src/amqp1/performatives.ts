import type { Direction } from "@weir/model";
import { ByteCursor } from "../common/byte-cursor.ts";
import type { Passage } from "../common/passage.ts";
import { type AmqpValue, codeOf, itemsOf, readValue } from "./values.ts";

/** What stands in a frame: a performative with its fields in the order of the specification, and what follows it. */
export interface Performative {
  readonly code: number;
  readonly fields: readonly AmqpValue[];
  /** Where the payload of a transfer begins in the frame. */
  readonly payloadAt: number;
}

/** One frame with its performative. Bytes are borrowed. */
export interface Received {
  readonly performative: Performative;
  readonly direction: Direction;
  readonly channel: number;
  /** What follows the performative, as far as it was kept. */
  readonly payload: Uint8Array;
  readonly payloadBytes: number;
  readonly passage: Passage;
}

/** Reads the performative of a frame; undefined where there is none, or where it makes no sense. */
export function readPerformative(frame: Uint8Array): Performative | undefined {
  const cursor = new ByteCursor(frame, (frame[4] ?? 0) * 4);
  const value = readValue(cursor);
  const code = codeOf(value);
  if (cursor.hasFailed || code === undefined) return undefined;
  return { code, fields: itemsOf(value), payloadAt: cursor.at };
}

/** Places of fields in their performatives (§2.7), terminuses (§3.5), properties (§3.2.4) and SASL frames (§5.3.3). */
export const Field = {
  open: { containerId: 0, hostname: 1, properties: 9 },
  begin: { remoteChannel: 0 },
  attach: { name: 0, handle: 1, isReceiver: 2, source: 5, target: 6 },
  transfer: { handle: 0, deliveryId: 1, settled: 4, more: 5, state: 7, aborted: 9 },
  disposition: { isReceiver: 0, first: 1, last: 2, settled: 3, state: 4 },
  detach: { handle: 0, closed: 1, error: 2 },
  /** Of `end` and `close`. */
  end: { error: 0 },
  error: { condition: 0, description: 1 },
  terminus: { address: 0 },
  properties: { messageId: 0, to: 2, subject: 3, replyTo: 4, correlationId: 5, contentType: 6, groupId: 10 },
  saslMechanisms: { mechanisms: 0 },
  saslInit: { mechanism: 0, hostname: 2 },
  saslOutcome: { code: 0 },
  transactionalState: { outcome: 1 },
} as const;

import type { CallStatus } from "@weir/model";
import { Field } from "./performatives.ts";
import { type AmqpValue, codeOf, itemsOf, textAt } from "./values.ts";
import { Descriptor } from "./wire.ts";

/** An error (§2.8.14) as a peer told it. */
export interface ToldError {
  readonly condition: string;
  readonly description: string | undefined;
}

/** What became of a delivery (§3.4). */
export interface DeliveryOutcome {
  /** Undefined where it was settled without one. */
  readonly word: string | undefined;
  readonly error: ToldError | undefined;
}

/** Conditions (§2.8.15 to §2.8.18) that are the server's when the server tells them. */
const SERVER_CONDITIONS: ReadonlySet<string> = new Set([
  "amqp:internal-error",
  "amqp:not-implemented",
  "amqp:resource-limit-exceeded",
  "amqp:connection:forced",
]);
/** An operator, or the end of a lease, asks to go elsewhere: nobody's fault. */
const REDIRECTS: ReadonlySet<string> = new Set(["amqp:connection:redirect", "amqp:link:redirect"]);
const WORDS: ReadonlyMap<number, string> = new Map([
  [Descriptor.accepted, "accepted"],
  [Descriptor.rejected, "rejected"],
  [Descriptor.released, "released"],
  [Descriptor.modified, "modified"],
]);
/** Codes of a SASL outcome (§5.3.3.6). */
const SASL_WORDS = ["ok", "auth", "sys", "sys-perm", "sys-temp"] as const;

/** The error in a field of a performative or of a delivery state. */
export function errorOf(value: AmqpValue): ToldError | undefined {
  if (codeOf(value) !== Descriptor.error) return undefined;
  const fields = itemsOf(value);
  const condition = textAt(fields, Field.error.condition);
  return condition === undefined ? undefined : { condition, description: textAt(fields, Field.error.description) };
}

/** Who has to answer for an error that `byServer` tells. */
export function statusOfError({ condition }: ToldError, byServer: boolean): CallStatus {
  if (REDIRECTS.has(condition)) return "ok";
  return byServer && SERVER_CONDITIONS.has(condition) ? "serverError" : "clientError";
}

/** The outcome in a delivery state; undefined for states that are not the last, and for none. */
export function outcomeOf(state: AmqpValue): DeliveryOutcome | undefined {
  const code = codeOf(state);
  if (code === Descriptor.transactionalState) {
    const inner = itemsOf(state)[Field.transactionalState.outcome];
    return codeOf(inner) === Descriptor.transactionalState ? undefined : outcomeOf(inner);
  }
  const word = code === undefined ? undefined : WORDS.get(code);
  if (word === undefined) return undefined;
  return { word, error: code === Descriptor.rejected ? errorOf(itemsOf(state)[0]) : undefined };
}

/** What an outcome that the receiver told means: a server could not take the message, a client would not. */
export function statusOfOutcome({ word, error }: DeliveryOutcome, byServer: boolean): CallStatus {
  if (word === undefined || word === "accepted") return "ok";
  if (error !== undefined) return statusOfError(error, byServer);
  return byServer && word !== "rejected" ? "serverError" : "clientError";
}

/** Status and word of a SASL outcome. */
export function statusOfSasl(code: number): { readonly status: CallStatus; readonly word: string } {
  const word = SASL_WORDS[code] ?? String(code);
  return { status: code === 0 ? "ok" : code === 1 ? "clientError" : "serverError", word };
}

/** Subscriptions of a connection that are remembered. */
const MAX_SUBSCRIPTIONS = 4096;

/** What a subscription id stands for. */
export interface Subscription {
  readonly subject: string;
  readonly queueGroup: string | undefined;
}

/** The subscriptions of a connection: what they are, and whether a subject would come back over one of them. */
export class Subscriptions {
  readonly #byId = new Map<string, Subscription>();
  /** How many subscriptions have a subject. */
  readonly #bySubject = new Map<string, number>();

  add(id: string, subscription: Subscription): void {
    this.remove(id);
    if (this.#byId.size >= MAX_SUBSCRIPTIONS) return;
    this.#byId.set(id, subscription);
    this.#bySubject.set(subscription.subject, (this.#bySubject.get(subscription.subject) ?? 0) + 1);
  }

  find(id: string): Subscription | undefined {
    return this.#byId.get(id);
  }

  remove(id: string): void {
    const known = this.#byId.get(id);
    if (known === undefined) return;
    this.#byId.delete(id);
    const others = (this.#bySubject.get(known.subject) ?? 1) - 1;
    if (others > 0) this.#bySubject.set(known.subject, others);
    else this.#bySubject.delete(known.subject);
  }

  /** True where a message for `subject` reaches this connection: by its own name, or by the wildcards that clients use for replies. */
  reaches(subject: string): boolean {
    if (this.#bySubject.has(subject)) return true;
    const dot = subject.lastIndexOf(".");
    if (dot > 0 && this.#bySubject.has(`${subject.slice(0, dot)}.*`)) return true;
    for (let at = dot; at > 0; at = subject.lastIndexOf(".", at - 1))
      if (this.#bySubject.has(`${subject.slice(0, at)}.>`)) return true;
    return false;
  }
}

/** Where a JetStream message comes from, as its reply subject tells (ADR-15). */
export interface JetStreamOrigin {
  readonly stream: string;
  readonly consumer: string;
  /** How often it was delivered. */
  readonly delivered: string;
  readonly streamSequence: string;
}

/** Reads `$JS.ACK.STREAM.CONSUMER.DELIVERED.SEQUENCE…`, with domain and account in front of the stream in the newer form. */
export function jetStreamOriginOf(reply: string): JetStreamOrigin | undefined {
  if (!reply.startsWith("$JS.ACK.")) return undefined;
  const tokens = reply.split(".");
  const at = tokens.length >= 11 ? 4 : 2;
  const [stream, consumer, delivered, streamSequence] = tokens.slice(at);
  if (stream === undefined || consumer === undefined || delivered === undefined || streamSequence === undefined)
    return undefined;
  return { stream, consumer, delivered, streamSequence };
}

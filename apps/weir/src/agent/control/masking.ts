import type { AgentSettings } from "@weir/http-contract";
import type { Call } from "@weir/model";
import { RE2JS } from "re2js";
import type { LiveRecord } from "../messages.ts";

/** What stands where something was masked, as everywhere. */
const MASK = "***";

type Pairs = Call["requestHeaders"];

/** Masks what the hub's configuration says, beside what every protocol masks by itself. Expressions of RE2: no text makes them slow. */
export class Masking {
  readonly #headers: ReadonlySet<string>;
  readonly #attributes: ReadonlySet<string>;
  readonly #patterns: readonly RE2JS[];

  /** Throws the parser's error where a pattern is no expression. */
  constructor({ headers, attributes, patterns }: NonNullable<AgentSettings["masking"]>) {
    this.#headers = new Set(headers.map((name) => name.toLowerCase()));
    this.#attributes = new Set(attributes);
    this.#patterns = patterns.map((pattern) => RE2JS.compile(pattern));
  }

  /** The same record, masked. What is masked in calls is masked in what is made of them. */
  record(live: LiveRecord): LiveRecord {
    switch (live.kind) {
      case "call":
        return { kind: "call", record: this.#call(live.record) };
      case "retry":
        return { kind: "retry", record: { ...live.record, target: this.#text(live.record.target) } };
      case "delivery": {
        const { destination, key } = live.record;
        const record = { ...live.record, destination: this.#text(destination), key: this.#text(key) };
        return { kind: "delivery", record };
      }
      case "finding": {
        const { title, summary } = live.record;
        return { kind: "finding", record: { ...live.record, title: this.#text(title), summary: this.#text(summary) } };
      }
      default:
        return live;
    }
  }

  #call(call: Call): Call {
    const { target, attributes, requestHeaders, responseHeaders, requestBody, responseBody } = call;
    return {
      ...call,
      target: this.#text(target),
      attributes: Object.fromEntries(
        Object.entries(attributes).map(([name, value]) => [
          name,
          this.#attributes.has(name) ? MASK : this.#text(value),
        ]),
      ),
      requestHeaders: this.#pairs(requestHeaders),
      responseHeaders: this.#pairs(responseHeaders),
      requestBody: requestBody === undefined ? undefined : this.#text(requestBody),
      responseBody: responseBody === undefined ? undefined : this.#text(responseBody),
    };
  }

  #pairs(pairs: Pairs): Pairs {
    return pairs.map(([name, value]) => [name, this.#headers.has(name.toLowerCase()) ? MASK : this.#text(value)]);
  }

  #text(text: string): string {
    return this.#patterns.reduce((masked, pattern) => pattern.matcher(masked).replaceAll(MASK), text);
  }
}

import type { Publish } from "./packets.ts";

/** Aliases of one direction that are kept; a peer may offer 65535 (MQTT 5.0 §3.1.2.11.5), and hardly any offers more than ten. */
const MAX_ALIASES = 1024;
/** Topics that are kept for an alias; longer ones are passed over. */
const MAX_TOPIC_CHARACTERS = 4096;

/** Topic aliases of one direction (MQTT 5.0 §3.3.2.3.4). */
export class TopicAliases {
  readonly #topics = new Map<number, string>();

  /** The topic of a packet; undefined where its alias was set before the capture, or in bytes that were lost. */
  resolve({ topic, properties }: Publish): string | undefined {
    const alias = properties?.topicAlias;
    if (alias === undefined) return topic;
    if (topic === "") return this.#topics.get(alias);
    if (topic.length <= MAX_TOPIC_CHARACTERS && (this.#topics.has(alias) || this.#topics.size < MAX_ALIASES))
      this.#topics.set(alias, topic);
    return topic;
  }

  /** Bytes were lost: what aliases mean is not known any more. */
  forget(): void {
    this.#topics.clear();
  }
}

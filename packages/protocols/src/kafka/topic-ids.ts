import type { TopicNames } from "./message-facts.ts";

/** Ids that are remembered at most, over all connections. */
const MAX_IDS = 4096;

/** Names of topics by their ids (KIP-516), as Metadata and CreateTopics responses told them. Shared by all connections. */
export class TopicIds implements TopicNames {
  readonly #names = new Map<string, string>();

  nameOf(topicId: string): string | undefined {
    return this.#names.get(topicId);
  }

  learn(topicId: string, name: string): void {
    if (name === "" || (this.#names.size >= MAX_IDS && !this.#names.has(topicId))) return;
    this.#names.set(topicId, name);
  }
}

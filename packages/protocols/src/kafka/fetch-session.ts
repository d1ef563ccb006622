import { MAX_TOPICS, type MessageFacts, type PartitionFacts } from "./message-facts.ts";

/** Partitions of one connection's fetches that are remembered. */
const MAX_PARTITIONS = 1024;

/**
 * Where one connection's fetches stand. In a fetch session (KIP-227) a request names only the partitions that changed, and mostly none: the others
 * are those of the requests before.
 */
export class FetchSession {
  /** Offset that is fetched from, by topic and partition. */
  readonly #offsets = new Map<string, number>();
  readonly #topics = new Map<string, number>();

  /** Topics that are being fetched. */
  get topics(): readonly string[] {
    return [...this.#topics.keys()].slice(0, MAX_TOPICS);
  }

  /** A Fetch request: a whole one begins anew, one in a session changes what is known. */
  request({ partitions, forgotten, attributes }: MessageFacts): void {
    const epoch = attributes["weir.kafka.session_epoch"];
    // Epoch -1 is a fetch without a session, 0 asks for a new one.
    if (epoch === undefined || epoch === "0") {
      this.#offsets.clear();
      this.#topics.clear();
    }
    for (const partition of forgotten) this.#forget(partition);
    for (const partition of partitions) this.#remember(partition);
  }

  /**
   * How far behind the end of its partition a fetch was: the high watermark less the offset that was fetched from, of the partition where it is
   * largest. Undefined where neither this request nor those before it tell.
   */
  lagOf(response: MessageFacts): number | undefined {
    let largest: number | undefined;
    for (const partition of response.partitions) {
      const from = this.#offsets.get(keyOf(partition));
      const end = partition.highWatermark;
      if (from === undefined || end === undefined || end < from) continue;
      if (largest === undefined || end - from > largest) largest = end - from;
    }
    return largest;
  }

  #remember(partition: PartitionFacts): void {
    const { topic, fetchOffset } = partition;
    const key = keyOf(partition);
    if (fetchOffset === undefined) return;
    if (!this.#offsets.has(key)) {
      if (this.#offsets.size >= MAX_PARTITIONS) return;
      this.#topics.set(topic, (this.#topics.get(topic) ?? 0) + 1);
    }
    this.#offsets.set(key, fetchOffset);
  }

  #forget(partition: PartitionFacts): void {
    if (!this.#offsets.delete(keyOf(partition))) return;
    const left = (this.#topics.get(partition.topic) ?? 1) - 1;
    if (left > 0) this.#topics.set(partition.topic, left);
    else this.#topics.delete(partition.topic);
  }
}

function keyOf({ topic, partition }: PartitionFacts): string {
  return `${topic} ${partition}`;
}

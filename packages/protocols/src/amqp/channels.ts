/** Channels of which something is remembered; a connection has 2047 by default. */
const MAX_CHANNELS = 2048;
/** Consumers of one channel whose settings are remembered. */
const MAX_CONSUMERS = 256;

/** What a consumer agreed on. */
export interface Consumer {
  readonly queue: string;
  /** The server takes its messages for acknowledged as soon as they are sent. */
  readonly isWithoutAck: boolean;
}

/** What is remembered of a channel. */
export interface Channel {
  /** Delivery tag of the next message that is published, counted from `confirm.select` on; undefined where nothing is confirmed, or the count is lost. */
  nextPublishTag: number | undefined;
  /** The queue that an empty name stands for: the one that was declared last (§1.7.2.1). */
  lastQueue: string | undefined;
  /** By consumer tag. */
  readonly consumers: Map<string, Consumer>;
}

/** The channels of a connection. */
export class Channels {
  readonly #channels = new Map<number, Channel>();

  of(number: number): Channel {
    const known = this.#channels.get(number);
    if (known !== undefined) return known;
    const channel: Channel = { nextPublishTag: undefined, lastQueue: undefined, consumers: new Map() };
    if (this.#channels.size < MAX_CHANNELS) this.#channels.set(number, channel);
    return channel;
  }

  addConsumer(number: number, consumerTag: string, consumer: Consumer): void {
    const { consumers } = this.of(number);
    if (consumers.size < MAX_CONSUMERS) consumers.set(consumerTag, consumer);
  }

  close(number: number): void {
    this.#channels.delete(number);
  }

  /** Messages may have been published that were not seen: their count is lost. */
  forgetCounts(): void {
    for (const channel of this.#channels.values()) channel.nextPublishTag = undefined;
  }
}

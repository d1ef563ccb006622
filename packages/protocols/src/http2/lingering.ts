import { type Mark, NS_PER_S } from "@weir/base";
import type { Http2Stream } from "./stream.ts";

/** How long, and how many, streams that the client gave up wait for what the server had sent before it knew. */
const LINGER_NS = NS_PER_S;
const MAX_LINGERING = 100;

/** Streams that the client gave up: the server's frames may have crossed with its RST_STREAM. */
export class Lingering {
  /** Oldest first. */
  readonly #streams: Http2Stream[] = [];

  get count(): number {
    return this.#streams.length;
  }

  add(stream: Http2Stream, mark: Mark): void {
    stream.cutAt = mark;
    this.#streams.push(stream);
  }

  delete(stream: Http2Stream): void {
    const at = stream.cutAt === undefined ? -1 : this.#streams.indexOf(stream);
    if (at >= 0) this.#streams.splice(at, 1);
  }

  /** The oldest one, where it has waited long enough, or too many wait. */
  due({ atNs }: Mark): Http2Stream | undefined {
    const [oldest] = this.#streams;
    if (oldest === undefined) return undefined;
    const isDue = atNs - (oldest.cutAt?.atNs ?? 0) > LINGER_NS || this.#streams.length > MAX_LINGERING;
    return isDue ? oldest : undefined;
  }
}

import type { Mark } from "@weir/base";
import type { Direction } from "@weir/model";
import { DEFAULT_WINDOW_BYTES } from "./wire.ts";

/** How often a window was empty, and for how long together. */
export interface Stalls {
  readonly count: number;
  readonly ns: number;
}

export const NO_STALLS: Stalls = { count: 0, ns: 0 };

/**
 * What one side may still send, on a stream or on the connection (RFC 9113 §5.2), as the vantage sees it: a window that is empty here is empty at the
 * sender, who may wait longer than it looks.
 */
export class SendWindow {
  #bytes: number;
  #stalls = 0;
  #stalledNs = 0;
  #emptySinceNs: number | undefined;

  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  /** A DATA frame has passed: its payload counts, padding included. */
  spend(bytes: number, mark: Mark): void {
    this.#bytes -= bytes;
    if (this.#bytes > 0 || this.#emptySinceNs !== undefined) return;
    this.#emptySinceNs = mark.atNs;
    this.#stalls += 1;
  }

  /** A WINDOW_UPDATE or a changed setting (then it may be less than nothing). */
  grant(bytes: number, mark: Mark): void {
    this.#bytes += bytes;
    if (this.#bytes <= 0 || this.#emptySinceNs === undefined) return;
    this.#stalledNs += mark.atNs - this.#emptySinceNs;
    this.#emptySinceNs = undefined;
  }

  /** What it came to until now. A window that is empty counts up to `mark`, and not at all without one. */
  until(mark: Mark | undefined): Stalls {
    const since = this.#emptySinceNs;
    if (since === undefined) return { count: this.#stalls, ns: this.#stalledNs };
    if (mark === undefined) return { count: this.#stalls - 1, ns: this.#stalledNs };
    return { count: this.#stalls, ns: this.#stalledNs + Math.max(0, mark.atNs - since) };
  }
}

/** What came to `before` since then. */
export function stallsSince(before: Stalls, now: Stalls): Stalls {
  return { count: Math.max(0, now.count - before.count), ns: Math.max(0, now.ns - before.ns) };
}

/** A stream's windows, one for each direction. */
export interface StreamWindows {
  readonly windows: [SendWindow | undefined, SendWindow | undefined];
}

/** The windows of one connection and its streams, by the direction in which content travels. */
export class FlowControl {
  readonly #connection: readonly [SendWindow, SendWindow] = [
    new SendWindow(DEFAULT_WINDOW_BYTES),
    new SendWindow(DEFAULT_WINDOW_BYTES),
  ];
  readonly #initialBytes: [number, number] = [DEFAULT_WINDOW_BYTES, DEFAULT_WINDOW_BYTES];
  /** False where frames may be missing: then nobody knows what a window holds. */
  isCertain = true;

  /** The other side's SETTINGS_INITIAL_WINDOW_SIZE, which changes open streams, too (RFC 9113 §6.9.2). */
  setInitial(direction: Direction, bytes: number, streams: Iterable<StreamWindows>, mark: Mark): void {
    const more = bytes - this.#initialBytes[direction];
    this.#initialBytes[direction] = bytes;
    if (more === 0) return;
    for (const { windows } of streams) windows[direction]?.grant(more, mark);
  }

  /** A WINDOW_UPDATE of a stream, or of the connection. */
  grant(direction: Direction, stream: StreamWindows | undefined, bytes: number, mark: Mark): void {
    (stream === undefined ? this.#connection[direction] : this.#windowOf(stream, direction)).grant(bytes, mark);
  }

  spend(direction: Direction, stream: StreamWindows | undefined, bytes: number, mark: Mark): void {
    this.#connection[direction].spend(bytes, mark);
    if (stream !== undefined) this.#windowOf(stream, direction).spend(bytes, mark);
  }

  /** The connection's stalls in a direction until now. */
  connectionStalls(direction: Direction, mark: Mark | undefined): Stalls {
    return this.#connection[direction].until(mark);
  }

  /** A stream's stalls in a direction until now. */
  streamStalls(direction: Direction, { windows }: StreamWindows, mark: Mark | undefined): Stalls {
    return windows[direction]?.until(mark) ?? NO_STALLS;
  }

  #windowOf({ windows }: StreamWindows, direction: Direction): SendWindow {
    const known = windows[direction] ?? new SendWindow(this.#initialBytes[direction]);
    windows[direction] = known;
    return known;
  }
}

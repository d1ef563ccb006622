/** A bar of the plot, in units of a picture of 100 by 100. */
export interface Bar {
  /** Which bucket of time, from 0. */
  readonly index: number;
  readonly x: number;
  readonly width: number;
  readonly y: number;
  readonly height: number;
  readonly bytes: number;
}

export interface ThroughputLayout {
  readonly client: readonly Bar[];
  readonly server: readonly Bar[];
  readonly buckets: number;
}

/** Where the two sides meet: the client's bars stand on it, the server's hang from it. */
export const MIDDLE = 50;
const GAP = 0.15;

/**
 * Bars of both directions, each on its own scale: answers are often so much larger than requests that one would vanish. Undefined where
 * nothing was sent.
 */
export function layoutThroughput(client: readonly number[], server: readonly number[]): ThroughputLayout | undefined {
  const buckets = Math.max(client.length, server.length);
  const step = 100 / buckets;
  const bars = (bytes: readonly number[], isUp: boolean): Bar[] => {
    const peakBytes = Math.max(0, ...bytes);
    return bytes.flatMap((count, index) => {
      if (count === 0) return [];
      const height = (count / peakBytes) * (MIDDLE - 2);
      const y = isUp ? MIDDLE - height : MIDDLE;
      return [{ index, x: index * step, width: step * (1 - GAP), y, height, bytes: count }];
    });
  };
  const layout = { client: bars(client, true), server: bars(server, false), buckets };
  return layout.client.length + layout.server.length === 0 ? undefined : layout;
}

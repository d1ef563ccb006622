import { NS_PER_S } from "@weir/base";
import type { Call } from "@weir/model";

/** The calls that a service made as a client during a span of time. */
export interface DownstreamState {
  /** All that it made in the capture. */
  readonly calls: number;
  /** Of those, failed during the span. */
  readonly failed: number;
  /** The failing ones in words: `12 to payments`. */
  readonly words: string;
}

/** Times of failures kept per client and server; with more, every k-th second is lost and the counts stay right enough to say "some". */
const MAX_SECONDS = 4_096;
const MAX_PAIRS = 4_000;

interface Pair {
  readonly server: string;
  calls: number;
  /** Failures by second of Unix time. */
  readonly failedBySecond: Map<bigint, number>;
}

const SECOND_NS = BigInt(NS_PER_S);

/** Remembers who failed to get an answer from whom, and when: whether a service fails by itself or because of another. */
export class DownstreamCalls {
  readonly #byClient = new Map<string, Map<string, Pair>>();
  #pairs = 0;

  call(call: Call): void {
    const pair = this.#pairOf(call.clientService, call.serverService);
    if (pair === undefined) return;
    pair.calls += 1;
    if (call.status !== "serverError" && call.status !== "timeout" && call.status !== "aborted") return;
    const second = call.startedAt / SECOND_NS;
    const counted = pair.failedBySecond.get(second);
    if (counted === undefined && pair.failedBySecond.size >= MAX_SECONDS) return;
    pair.failedBySecond.set(second, (counted ?? 0) + 1);
  }

  /** What a service's own calls looked like from `startedAt` to `endedAt`, whole seconds. */
  of(client: string, startedAt: bigint, endedAt: bigint): DownstreamState {
    const [from, to] = [startedAt / SECOND_NS, endedAt / SECOND_NS];
    const words: string[] = [];
    let calls = 0;
    let failed = 0;
    for (const pair of this.#byClient.get(client)?.values() ?? []) {
      calls += pair.calls;
      let failedThere = 0;
      for (const [second, count] of pair.failedBySecond) if (second >= from && second <= to) failedThere += count;
      failed += failedThere;
      if (failedThere > 0) words.push(`${failedThere} to ${pair.server}`);
    }
    return { calls, failed, words: words.join(", ") };
  }

  #pairOf(client: string, server: string): Pair | undefined {
    let servers = this.#byClient.get(client);
    const known = servers?.get(server);
    if (known !== undefined) return known;
    if (this.#pairs >= MAX_PAIRS) return undefined;
    this.#pairs += 1;
    if (servers === undefined) {
      servers = new Map();
      this.#byClient.set(client, servers);
    }
    const pair: Pair = { server, calls: 0, failedBySecond: new Map() };
    servers.set(server, pair);
    return pair;
  }
}

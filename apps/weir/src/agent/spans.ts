/** Spans of time that are kept; beyond it the oldest two become one. */
const MAX_SPANS = 1_000;

/** Times when something was so, such as that packets were lost: a bounded list, in order. Times are Unix nanoseconds. */
export class Spans {
  readonly #spans: { from: bigint; to: bigint }[] = [];

  /** It was so from one moment to another, which is no earlier than those told before. */
  add(from: bigint, to: bigint): void {
    const last = this.#spans.at(-1);
    if (last !== undefined && last.to >= from) {
      if (to > last.to) last.to = to;
      return;
    }
    this.#spans.push({ from, to });
    if (this.#spans.length <= MAX_SPANS) return;
    const [oldest, next] = this.#spans.splice(0, 2);
    if (oldest !== undefined && next !== undefined) this.#spans.unshift({ from: oldest.from, to: next.to });
  }

  /** True where it was so at some moment between these. */
  meets(from: bigint, to: bigint): boolean {
    // The latest span that had begun by then is the only one that can reach so far.
    const span = this.#spans.findLast((each) => each.from <= to);
    return span !== undefined && span.to >= from;
  }
}

/** Times when something was so, the one that goes on too. */
export class OngoingSpans {
  readonly #over = new Spans();
  #since: bigint | undefined;

  /** It is so from this moment on, or no more. */
  note(isSo: boolean, unixNs: bigint): void {
    if (isSo) this.#since ??= unixNs;
    else if (this.#since !== undefined) {
      this.#over.add(this.#since, unixNs);
      this.#since = undefined;
    }
  }

  /** True where it was so at some moment between these. */
  meets(from: bigint, to: bigint): boolean {
    return this.#over.meets(from, to) || (this.#since !== undefined && to >= this.#since);
  }
}

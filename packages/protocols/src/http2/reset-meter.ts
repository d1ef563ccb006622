import { type Mark, NS_PER_S } from "@weir/base";

/** Unanswered streams that a client may give up within a second before that is counted as an attack (CVE-2023-44487). */
export const MAX_RESETS_PER_SECOND = 100;

/** Counts streams that a client opens and gives up at once. */
export class ResetMeter {
  #sinceNs = 0;
  #count = 0;

  /** Notes one; true where it is the one too many in its second. */
  note({ atNs }: Mark): boolean {
    if (atNs - this.#sinceNs >= NS_PER_S || this.#count === 0) {
      this.#sinceNs = atNs;
      this.#count = 0;
    }
    this.#count += 1;
    return this.#count === MAX_RESETS_PER_SECOND + 1;
  }
}

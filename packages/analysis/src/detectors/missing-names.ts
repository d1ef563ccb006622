import type { Call } from "@weir/model";
import { EvidenceCollector } from "../evidence.ts";
import { Tally } from "../tally.ts";

/** Questions answered with NXDOMAIN that wait for their search list to go on. */
const MAX_PENDING = 256;
/** Names that resolved and are remembered. */
const MAX_RESOLVED = 10_000;

/**
 * Names that do not exist, without the noise of search lists: a resolver that is asked for `payments` tries `payments.shop.svc`,
 * `payments.svc` and so on; all but the last answer NXDOMAIN. So a missing name counts only where no name with the same first label
 * resolves shortly before or after it.
 */
export class MissingNames {
  readonly #searchListNs: bigint;
  #pending: Call[] = [];
  /** When each name resolved last, and each first label. */
  readonly #resolved = new Map<string, bigint>();
  readonly #resolvedLabels = new Map<string, bigint>();
  /** Questions for missing names that no search list explains. */
  count = 0;
  /** Of those, for names that resolved before. */
  lostCount = 0;
  /** Questions that a search list explains: asked in vain, and answered by another name of the list. */
  readonly noise = new EvidenceCollector();
  /** First labels of those names: what was looked for. */
  readonly noiseLabels = new Tally();
  readonly names = new Tally();
  readonly evidence = new EvidenceCollector();

  constructor(searchListNs: bigint) {
    this.#searchListNs = searchListNs;
  }

  get noiseCount(): number {
    return this.noise.callCount;
  }

  call(call: Call): void {
    this.#giveUpBefore(call.startedAt - this.#searchListNs);
    if (call.status === "ok") this.#resolves(call);
    else if (call.statusCode === "NXDOMAIN") this.#misses(call);
  }

  /** Nothing more comes: what is pending is missing. */
  finish(): void {
    for (const call of this.#pending.splice(0)) this.#isMissing(call);
  }

  #resolves(call: Call): void {
    const name = call.target.toLowerCase();
    const label = firstLabel(name);
    remember(this.#resolved, name, call.startedAt);
    remember(this.#resolvedLabels, label, call.startedAt);
    const explained = this.#pending.filter(
      ({ target }) => firstLabel(target) === label && target.toLowerCase() !== name,
    );
    if (explained.length === 0) return;
    for (const pending of explained) this.#isNoise(pending);
    this.#pending = this.#pending.filter((pending) => !explained.includes(pending));
  }

  #misses(call: Call): void {
    const name = call.target.toLowerCase();
    const resolvedAt = this.#resolvedLabels.get(firstLabel(name));
    const isNoise =
      resolvedAt !== undefined && !this.#resolved.has(name) && call.startedAt - resolvedAt <= this.#searchListNs;
    if (isNoise) {
      this.#isNoise(call);
      return;
    }
    if (this.#pending.length >= MAX_PENDING) {
      const oldest = this.#pending.shift();
      if (oldest !== undefined) this.#isMissing(oldest);
    }
    this.#pending.push(call);
  }

  #giveUpBefore(at: bigint): void {
    while (this.#pending[0] !== undefined && this.#pending[0].startedAt < at) {
      const oldest = this.#pending.shift();
      if (oldest !== undefined) this.#isMissing(oldest);
    }
  }

  #isNoise(call: Call): void {
    this.noise.call(call);
    this.noiseLabels.add(firstLabel(call.target));
  }

  #isMissing(call: Call): void {
    const name = call.target.toLowerCase();
    this.count += 1;
    if (this.#resolved.has(name)) this.lostCount += 1;
    this.names.add(name);
    this.evidence.call(call);
  }
}

function firstLabel(name: string): string {
  return name.toLowerCase().split(".", 1)[0] ?? "";
}

function remember(map: Map<string, bigint>, key: string, at: bigint): void {
  if (map.has(key) || map.size < MAX_RESOLVED) map.set(key, at);
}

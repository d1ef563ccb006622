import { WeirError } from "@weir/base";

/** What the thread that imports a capture may need. */
export interface ImportLimits {
  /** Memory, without the tables of connections, which have limits of their own. */
  readonly maxHeapMiB: number;
  /** A thread that says nothing for so long, while the store owes it nothing, is stuck in what it reads. */
  readonly maxSilenceMs: number;
}
export const IMPORT_LIMITS: ImportLimits = { maxHeapMiB: 2_048, maxSilenceMs: 300_000 };

const HINT = "Cut the capture into smaller ones (editcap -c 1000000 IN OUT), and import these";

/** What the thread ended of, as a failure of the world; undefined where that was no limit. */
export function limitReached(error: Error, name: string, { maxHeapMiB }: ImportLimits): WeirError | undefined {
  if ((error as NodeJS.ErrnoException).code !== "ERR_WORKER_OUT_OF_MEMORY") return undefined;
  return new WeirError("LIMIT_REACHED", `reading ${name} takes more than ${maxHeapMiB} MiB of memory`, HINT, {
    cause: error,
  });
}

/** Says that a thread got no further. */
export function stuck(name: string, { maxSilenceMs }: ImportLimits): WeirError {
  return new WeirError("LIMIT_REACHED", `reading ${name} got no further for ${maxSilenceMs / 1_000} seconds`, HINT);
}

/** Notices that nothing is heard of a thread, but where it waits for somebody else. */
export class SilenceWatch {
  readonly #maxSilenceMs: number;
  #timer: NodeJS.Timeout | undefined;
  #holds = 0;

  constructor(maxSilenceMs: number) {
    this.#maxSilenceMs = maxSilenceMs;
  }

  begin(onSilence: () => void): void {
    this.#timer = setTimeout(() => (this.#holds > 0 ? this.heard() : onSilence()), this.#maxSilenceMs);
  }

  heard(): void {
    this.#timer?.refresh();
  }

  /** From now on it waits for one thing more. */
  hold(): void {
    this.#holds += 1;
  }

  /** One thing came that it waited for. */
  release(): void {
    this.#holds -= 1;
    this.heard();
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

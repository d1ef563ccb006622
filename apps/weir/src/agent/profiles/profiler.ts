import { hostname } from "node:os";
import type { ProfilesReport } from "@weir/http-contract";
import { type KernelWatch, Symbolizer } from "@weir/kernel";
import { ProcessIdentities } from "./process-identity.ts";
import type { ProcessProfile } from "./process-profile.ts";
import { ProfileWindow } from "./profile-window.ts";

const NS_PER_MS = 1_000_000n;
/** The kernel's tables are read so often: a process that ended before that has no names any more. */
const READ_EVERY_MS = 1_000;
/** Time that one row stands for. */
const WINDOW_MS = 10_000;

/** Takes profiles from the kernel: reads, names, adds up. */
export class Profiler {
  readonly #watch: KernelWatch;
  readonly #symbolizer = new Symbolizer();
  readonly #window: ProfileWindow;
  #readDueMs = performance.now() + READ_EVERY_MS;
  #windowDueMs = performance.now() + WINDOW_MS;

  constructor(watch: KernelWatch) {
    this.#watch = watch;
    const identities = new ProcessIdentities((pid) => this.#symbolizer.buildIdOf(pid));
    const names = {
      frames: this.#symbolizer.frames.bind(this.#symbolizer),
      identity: identities.find.bind(identities),
    };
    this.#window = new ProfileWindow(hostname(), names, unixNsNow());
  }

  get counts(): ProfilesReport {
    const { samples, droppedSamples } = this.#window;
    return { samples, droppedSamples, ...this.#symbolizer.counts };
  }

  /** Does what is due; what a window had comes back when it is over. */
  tick(nowMs: number): ProcessProfile[] {
    if (nowMs < this.#readDueMs) return [];
    this.#readDueMs = nowMs + READ_EVERY_MS;
    this.#read();
    if (nowMs < this.#windowDueMs) return [];
    this.#windowDueMs = nowMs + WINDOW_MS;
    return this.#window.take(unixNsNow());
  }

  /** What was measured since the last window. Nothing may be asked of it any more. */
  finish(): ProcessProfile[] {
    this.#read();
    this.#symbolizer.close();
    return this.#window.take(unixNsNow());
  }

  #read(): void {
    for (const { name, places } of this.#watch.takePlaces()) {
      this.#symbolizer.update(places);
      this.#window.add(name, places);
    }
  }
}

function unixNsNow(): bigint {
  return BigInt(Date.now()) * NS_PER_MS;
}

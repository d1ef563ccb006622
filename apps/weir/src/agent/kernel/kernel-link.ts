import type { KernelAbility, KernelAbilityName, KernelCost } from "@weir/kernel";
import { type KernelWorker, startKernel } from "./kernel-worker.ts";
import type { SocketFact } from "./messages.ts";
import { SocketHistory } from "./socket-history.ts";

/** What the kernel tells, kept until records ask for it. */
export class KernelLink {
  readonly sockets = new SocketHistory();
  /** Last told. */
  costs: readonly KernelCost[] = [];
  #worker: KernelWorker | undefined;

  /** Starts the kernel's programs, as far as they are wanted and taken. */
  static async start(entry: URL, wanted: readonly KernelAbilityName[]): Promise<KernelLink> {
    const link = new KernelLink();
    if (wanted.length > 0) link.#worker = await startKernel(entry, wanted, link);
    return link;
  }

  /** Which of those wanted are there, and why. */
  get abilities(): readonly KernelAbility[] {
    return this.#worker?.abilities ?? [];
  }

  facts(facts: readonly SocketFact[]): void {
    for (const fact of facts) this.sockets.add(fact);
  }

  /** Takes the programs out of the kernel. */
  async stop(): Promise<void> {
    await this.#worker?.stop();
  }
}

import type { KernelAbility, KernelAbilityName, KernelCost, SocketEnds, SocketEvent } from "@weir/kernel";
import type { ProcessFacts } from "../processes/process-facts.ts";

/** What the kernel worker is told when it starts. */
export interface KernelOrder {
  readonly wanted: readonly KernelAbilityName[];
}

/** Something that a process did with a TCP socket, with all that is known of the process. */
export interface SocketFact {
  readonly kind: SocketEvent["kind"];
  readonly atUnixNs: bigint;
  readonly ends: SocketEnds;
  /** Name of the errno that a connection failed with; undefined where it did not, or was given up. */
  readonly error: string | undefined;
  readonly process: ProcessFacts;
}

/** What the kernel worker says. */
export type KernelMessage =
  | { readonly kind: "ready"; readonly abilities: readonly KernelAbility[] }
  | { readonly kind: "facts"; readonly facts: readonly SocketFact[] }
  | { readonly kind: "costs"; readonly costs: readonly KernelCost[] }
  | { readonly kind: "done" };

import type { ProfilesReport } from "@weir/http-contract";
import type {
  DropCause,
  DropTotal,
  KernelAbility,
  KernelAbilityName,
  KernelCost,
  ProfileOptions,
  SocketEnds,
  SocketEvent,
} from "@weir/kernel";
import type { PlainText } from "../messages.ts";
import type { ProcessFacts } from "../processes/process-facts.ts";
import type { ProcessProfile } from "../profiles/process-profile.ts";
import type { ListenOverflow } from "./listen-overflows.ts";

/** What the kernel worker is told when it starts. */
export interface KernelOrder {
  readonly wanted: readonly KernelAbilityName[];
  readonly profiles: ProfileOptions;
}

interface Fact {
  readonly atUnixNs: bigint;
  readonly ends: SocketEnds;
}

/** Something that a process did with a TCP socket, with all that is known of the process. */
export interface SocketFact extends Fact {
  readonly kind: SocketEvent["kind"];
  /** Name of the errno that a connection failed with; undefined where it did not, or was given up. */
  readonly error: string | undefined;
  readonly process: ProcessFacts;
}

/** A segment that the kernel sent again; local is who sent it. */
export interface RetransmissionFact extends Fact {
  readonly kind: "retransmitted";
}

/** A packet that the kernel dropped; local is who sent it. */
export interface DropFact extends Fact {
  readonly kind: "dropped";
  readonly cause: DropCause;
}

export type KernelFact = SocketFact | RetransmissionFact | DropFact;

/** What the kernel has told and counted so far. */
export interface KernelCounts {
  readonly costs: readonly KernelCost[];
  /** Packets that it dropped, by cause, the most first. */
  readonly drops: readonly DropTotal[];
  /** Texts from inside of TLS whose socket never became known. */
  readonly homelessTexts: number;
  /** Absent where no profiles are taken. */
  readonly profiles?: ProfilesReport | undefined;
}

/** What the kernel worker says. */
export type KernelMessage =
  | { readonly kind: "ready"; readonly abilities: readonly KernelAbility[] }
  | { readonly kind: "facts"; readonly facts: readonly KernelFact[] }
  | { readonly kind: "texts"; readonly texts: readonly PlainText[] }
  | { readonly kind: "profiles"; readonly profiles: readonly ProcessProfile[] }
  | { readonly kind: "overflows"; readonly overflows: readonly ListenOverflow[] }
  | { readonly kind: "counts"; readonly counts: KernelCounts }
  | { readonly kind: "done" };

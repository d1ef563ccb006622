import { loadLibbpf } from "../libbpf/libbpf.ts";
import { type DropKind, dropKindOf, NO_REASON } from "./kinds.ts";
import { CodePlaces } from "./places.ts";
import { loadDropReasons } from "./reasons.ts";

/** Number of what kernels tell that have no reasons (bpf/drops.bpf.c). */
const NUMBER_OF_NONE = 0xffff_ffff;

/** Why and where packets were dropped, in the kernel's own words. */
export interface DropCause {
  readonly kind: DropKind;
  /** Name of the kernel's reason, e.g. `NETFILTER_DROP`. */
  readonly reason: string;
  /** Function of the kernel that dropped it, e.g. `nft_do_chain`. */
  readonly place: string;
}

/** Names the numbers that the kernel gives for drops. */
export class DropNames {
  readonly #places = new CodePlaces();
  #reasons: ReadonlyMap<number, string> | undefined;

  cause({ reason, place }: { readonly reason: number; readonly place: bigint }): DropCause {
    this.#reasons ??= this.#load();
    const name = this.#reasons.get(reason) ?? (reason === NUMBER_OF_NONE ? NO_REASON : `reason ${reason}`);
    const where = this.#places.name(place);
    return { kind: dropKindOf(name, where), reason: name, place: where };
  }

  /** Looks up several places at once, which is quicker than one by one. */
  learn(places: readonly bigint[]): void {
    this.#places.learn(places);
  }

  #load(): ReadonlyMap<number, string> {
    const native = loadLibbpf();
    return native instanceof Error ? new Map() : loadDropReasons(native);
  }
}

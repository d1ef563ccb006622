import { Direction } from "@weir/model";
import type { CallDraft } from "../call-draft.ts";
import { callOf, joinPassages, type Passage, present } from "../common/passage.ts";

/** Messages that are encrypted or compressed: how many went which way, as one call. What they are is not known. */
export class SealedMessages {
  readonly #passages: [Passage | undefined, Passage | undefined] = [undefined, undefined];
  readonly #counts: [number, number] = [0, 0];
  readonly #operation: string;

  constructor(operation: string) {
    this.#operation = operation;
  }

  add(direction: Direction, passage: Passage): void {
    this.#passages[direction] = joinPassages(this.#passages[direction], passage);
    this.#counts[direction] += 1;
  }

  /** Undefined where there were none. */
  get call(): CallDraft | undefined {
    const [request, response] = this.#passages;
    if (request === undefined && response === undefined) return undefined;
    return callOf(request, response, {
      operation: this.#operation,
      target: "",
      status: "ok",
      attributes: present({
        "weir.smb.sealed_requests": this.#counts[Direction.toServer],
        "weir.smb.sealed_responses": this.#counts[Direction.toClient],
      }),
    });
  }
}

import type { Mark } from "@weir/base";
import type { Direction } from "@weir/model";
import type { InnerStream, PlainText } from "../contract.ts";

/** Records of one direction whose packets are remembered. */
const MAX_MARKS = 128;

/**
 * Application data that a process told, beside the sealed records that carried them: gives what is told the packet of the record that was nearest in time. Where
 * a message lies in the encryption cannot be told more exactly without the keys.
 */
export class ToldText {
  readonly #marks: readonly [Mark[], Mark[]] = [[], []];
  /** Something was told: what is inside comes from there, and not from the records. */
  isTold = false;

  /** A sealed record of application data has come. */
  sealed(direction: Direction, mark: Mark): void {
    const marks = this.#marks[direction];
    marks.push(mark);
    if (marks.length > MAX_MARKS) marks.shift();
  }

  /** Passes on what was told; `inner` opens what is inside where nothing has. */
  pass(direction: Direction, { atNs, missingBefore, bytes, missingBehind }: PlainText, inner: () => InnerStream): void {
    const mark = this.#nearest(direction, atNs);
    if (mark === undefined) return;
    this.isTold = true;
    if (missingBefore > 0) inner().gap(direction, missingBefore, mark);
    if (bytes.length > 0) inner().data(direction, bytes, mark);
    if (missingBehind > 0) inner().gap(direction, missingBehind, mark);
  }

  #nearest(direction: Direction, atNs: number): Mark | undefined {
    const distance = (mark: Mark) => Math.abs(mark.atNs - atNs);
    return this.#marks[direction].reduce<Mark | undefined>(
      (best, mark) => (best === undefined || distance(mark) < distance(best) ? mark : best),
      undefined,
    );
  }
}

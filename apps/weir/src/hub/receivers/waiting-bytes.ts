import { setTimeout as sleep } from "node:timers/promises";
import type { EncodedReading } from "@weir/receive";
import type { Intake } from "./intake.ts";

/** Bytes of one sender that wait for the store; more stay with the sender. */
const MAX_WAITING_BYTES = 1 << 20;
/** How often a sender's pieces look whether there is room again. */
const ROOM_CHECK_MS = 100;

/** What of one sender's pieces is on its way to the store, where the sender is answered for none of them. */
export class WaitingBytes {
  readonly #intake: Intake;
  readonly #underWay = new Set<Promise<void>>();
  #bytes = 0;

  constructor(intake: Intake) {
    this.#intake = intake;
  }

  /** Takes a piece. Resolves when the next one may be read: while the store is behind, it stays with the sender. */
  async take(bytes: number, read: () => EncodedReading): Promise<void> {
    this.#bytes += bytes;
    const taken = this.#intake.takeUnanswered(bytes, read).finally(() => {
      this.#bytes -= bytes;
      this.#underWay.delete(taken);
    });
    this.#underWay.add(taken);
    while (this.#bytes > MAX_WAITING_BYTES || !this.#intake.hasRoomFor(bytes)) await sleep(ROOM_CHECK_MS);
  }

  /** Resolves when all that was taken is stored, or counted as lost. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay);
  }
}

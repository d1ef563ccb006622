import type { ExportState } from "@weir/http-contract";

/** Why something was not sent. */
export type DropReason =
  /** Too much waited already. */
  | "queueFull"
  /** The receiver took nothing for too long. */
  | "gaveUp"
  /** The receiver refused the request. */
  | "refused"
  /** The receiver took the request without these. */
  | "rejected"
  /** The program ended before they were taken. */
  | "stopped"
  /** The system did not send the datagram. */
  | "notSent"
  /** No addresses are known of it, so that it is no flow. */
  | "noAddress"
  /** Points without a series of their own: they are in the one of overflow. */
  | "overflow";

interface Drop {
  items: number;
  example: string;
  lastAtMs: number;
}

/** What one way out has sent and what it has not. */
export class ExportCounts {
  readonly #drops = new Map<DropReason, Drop>();
  #sent = 0;
  #problem = "";
  #lastError: { readonly message: string; readonly atMs: number } | undefined;
  waiting = 0;

  sent(items: number): void {
    this.#sent += items;
  }

  /** Items that are lost, with why. */
  dropped(reason: DropReason, items: number, example: string, nowMs: number): void {
    if (items === 0) return;
    const known = this.#drops.get(reason)?.items ?? 0;
    this.#drops.set(reason, { items: known + items, example, lastAtMs: nowMs });
  }

  /** Nothing is taken, and why; an empty text where it is again. Returns whether that is news. */
  problem(message: string, nowMs: number): boolean {
    if (message !== "") this.#lastError = { message, atMs: nowMs };
    const isNews = (message === "") !== (this.#problem === "");
    this.#problem = message;
    return isNews;
  }

  view(): Omit<ExportState, "name" | "title" | "target"> {
    const { message, atMs } = this.#lastError ?? {};
    return {
      sent: this.#sent,
      waiting: this.waiting,
      drops: [...this.#drops].map(([reason, { items, example, lastAtMs }]) => ({
        reason,
        items,
        example,
        lastAt: new Date(lastAtMs).toISOString(),
      })),
      ...(this.#problem !== "" && { problem: this.#problem }),
      ...(message !== undefined && atMs !== undefined && { lastError: { message, at: new Date(atMs).toISOString() } }),
    };
  }
}

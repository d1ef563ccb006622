import { randomUUID } from "node:crypto";
import { type AuditAction, auditRecord } from "@weir/model";
import type { Store } from "@weir/storage";

/** One thing that is written down. */
export interface AuditNote {
  readonly caller: string;
  readonly address: string;
  readonly action: AuditAction;
  readonly subject: string;
}

/** Writes down who did what. What cannot be written down is not done: a failure of the store is the request's failure. */
export class AuditLog {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async note(note: AuditNote): Promise<void> {
    const auditId = randomUUID();
    const at = BigInt(Date.now()) * 1_000_000n;
    await this.#store.insert(auditRecord, [{ auditId, at, ...note }], `audit:${auditId}`);
  }
}

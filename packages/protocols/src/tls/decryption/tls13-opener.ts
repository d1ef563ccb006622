import { nextSecret, trafficKeys } from "../../common/tls/key-schedule.ts";
import type { SuiteParameters } from "../../common/tls/suite-parameters.ts";
import { aeadProtection13 } from "./aead-records.ts";
import { type OpenedRecord, RecordOpener, type SealedRecord } from "./record-opener.ts";

/** Opens one direction's records of TLS 1.3 with one traffic secret after the other: early data, handshake, application data, key updates. */
export class Tls13Opener {
  readonly #suite: SuiteParameters;
  /** Secrets that follow; the first is the one in use. */
  readonly #secrets: Uint8Array[];
  #opener: RecordOpener | undefined;

  constructor(suite: SuiteParameters, secrets: readonly Uint8Array[]) {
    this.#suite = suite;
    this.#secrets = [...secrets];
    this.#opener = this.#openerOf(this.#secrets[0]);
  }

  /** A record that the present secret does not open may be the first one of the next: where a log lacks secrets, or messages were lost. */
  open(record: SealedRecord): OpenedRecord | undefined {
    const opened = this.#opener?.open(record);
    if (opened !== undefined || this.#secrets.length < 2) return opened;
    const next = this.#openerOf(this.#secrets[1]);
    const openedByNext = next?.open(record);
    if (openedByNext === undefined) return undefined;
    this.#secrets.shift();
    this.#opener = next;
    return openedByNext;
  }

  /** The sender goes on with the next secret. */
  advance(): void {
    if (this.#secrets.length < 2) return;
    this.#secrets.shift();
    this.#opener = this.#openerOf(this.#secrets[0]);
  }

  /** The sender has updated its keys (RFC 8446 §4.6.3). */
  update(): void {
    const [secret] = this.#secrets;
    if (secret === undefined) return;
    this.#secrets[0] = nextSecret(this.#suite, secret);
    this.#opener = this.#openerOf(this.#secrets[0]);
  }

  skip(): void {
    this.#opener?.skip();
  }

  lose(records: number): void {
    this.#opener?.lose(records);
  }

  #openerOf(secret: Uint8Array | undefined): RecordOpener | undefined {
    return secret && new RecordOpener(aeadProtection13(this.#suite, trafficKeys(this.#suite, secret)));
  }
}

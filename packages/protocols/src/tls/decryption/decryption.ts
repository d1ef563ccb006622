import { toHex } from "@weir/base";
import { Direction } from "@weir/model";
import { type ClientHello, isTls13, type ServerHello } from "../../common/tls/hello.ts";
import { suiteParameters } from "../../common/tls/suite-parameters.ts";
import type { TlsSecrets } from "../../contract.ts";
import { RECORD_HEADER_BYTES } from "../wire.ts";
import type { OpenedRecord, RecordOpener, SealedRecord } from "./record-opener.ts";
import { tls12Opener } from "./tls12-openers.ts";
import { Tls13Opener } from "./tls13-opener.ts";

/** The two hellos that keys depend on. */
export interface Hellos {
  readonly client: ClientHello;
  readonly server: ServerHello;
}

/** The shortest record that a hole may have swallowed, for counting how many it may have been. */
const MIN_SEALED_BYTES = RECORD_HEADER_BYTES + 17;
const CLIENT = {
  early: "CLIENT_EARLY_TRAFFIC_SECRET",
  handshake: "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
  application: "CLIENT_TRAFFIC_SECRET_0",
} as const;
const SERVER = { handshake: "SERVER_HANDSHAKE_TRAFFIC_SECRET", application: "SERVER_TRAFFIC_SECRET_0" } as const;

/** Records in a row that may fail to open; behind them the secrets are taken for another connection's, or the place for lost. */
const MAX_FAILURES = 4;

/** What opens the records of one connection, as far as there are secrets for it. */
export class Decryption {
  readonly #secrets: TlsSecrets;
  readonly #openers: [RecordOpener | Tls13Opener | undefined, RecordOpener | Tls13Opener | undefined] = [
    undefined,
    undefined,
  ];

  readonly #failures: [number, number] = [0, 0];

  constructor(secrets: TlsSecrets) {
    this.#secrets = secrets;
  }

  /** True where a direction's records can be opened now, or could be. */
  has(direction: Direction): boolean {
    return this.#openers[direction] !== undefined;
  }

  open(direction: Direction, record: SealedRecord): OpenedRecord | undefined {
    const opened = this.#openers[direction]?.open(record);
    this.#failures[direction] = opened === undefined ? this.#failures[direction] + 1 : 0;
    if (this.#failures[direction] >= MAX_FAILURES) this.#openers[direction] = undefined;
    return opened;
  }

  /** TLS 1.3: from the ServerHello on, everything is sealed. `early` where the client's first records are early data. */
  begin13({ client, server }: Hellos, early: boolean): void {
    const suite = suiteParameters(server.cipher);
    if (suite === undefined) return;
    const random = toHex(client.random);
    const open = (labels: readonly string[]) => {
      const secrets = labels.flatMap((label) => this.#secrets.find(label, random) ?? []);
      return secrets.length === 0 ? undefined : new Tls13Opener(suite, secrets);
    };
    const { early: earlyLabel, handshake, application } = CLIENT;
    this.#openers[Direction.toServer] = open([...(early ? [earlyLabel] : []), handshake, application]);
    this.#openers[Direction.toClient] = open([SERVER.handshake, SERVER.application]);
  }

  /** Up to TLS 1.2: a direction's records are sealed from its ChangeCipherSpec on. */
  changeCipher(direction: Direction, hellos: Hellos | undefined): void {
    this.#openers[direction] = undefined;
    if (hellos === undefined || isTls13(hellos.server.version)) return;
    const { client, server } = hellos;
    const master =
      this.#secrets.find("CLIENT_RANDOM", toHex(client.random)) ??
      (server.sessionId.length === 0 ? undefined : this.#secrets.find("RSA Session-ID", toHex(server.sessionId)));
    if (master !== undefined) this.#openers[direction] = tls12Opener(direction, master, client, server);
  }

  /** The sender's next message is sealed with its next secret. */
  advance(direction: Direction): void {
    const opener = this.#openers[direction];
    if (opener instanceof Tls13Opener) opener.advance();
  }

  keyUpdate(direction: Direction): void {
    const opener = this.#openers[direction];
    if (opener instanceof Tls13Opener) opener.update();
  }

  /** A record of which bytes are missing has passed. */
  skip(direction: Direction): void {
    this.#openers[direction]?.skip();
  }

  /** So many bytes are missing, records among them. */
  lose(direction: Direction, missingBytes: number): void {
    this.#openers[direction]?.lose(Math.ceil(missingBytes / MIN_SEALED_BYTES));
  }
}

import type { UnixNs } from "@weir/base";
import type { OpenConnection } from "@weir/flow";
import type { Direction } from "@weir/model";
import type { CallDraft, RecogniserContext, Violation } from "@weir/protocols";

/** Who reads the streams of all connections. */
export interface Reader {
  readonly startUnixNs: UnixNs;
  /** The first words of a connection's protocol tell that its question went in this direction; see {@link RecogniserContext.asked}. */
  asked(connection: OpenConnection, direction: Direction): boolean;
  emit(connection: OpenConnection, draft: CallDraft, protocol: string): void;
  violation(violation: Violation, protocol: string): void;
}

/**
 * What surrounds the streams of one connection. HOT PATH of memory: there is one for every open connection, for as long as it is open. A literal with
 * getters and functions of its own is a thousand bytes more.
 */
export class ReaderContext implements RecogniserContext {
  readonly #reader: Reader;
  readonly #connection: OpenConnection;

  constructor(reader: Reader, connection: OpenConnection) {
    this.#reader = reader;
    this.#connection = connection;
  }

  /** The messages of an SCTP association are read as a stream is. */
  get transport(): "tcp" | "udp" {
    return this.#connection.transport === "udp" ? "udp" : "tcp";
  }

  // Ends are read when they are asked for: client and server may turn out to be the other way round.
  get clientPort(): number {
    return this.#connection.clientPort;
  }

  get serverPort(): number {
    return this.#connection.serverPort;
  }

  get serverAddress(): string {
    return this.#connection.serverAddress;
  }

  get midStream(): boolean {
    return this.#connection.midStream;
  }

  get startUnixNs(): UnixNs {
    return this.#reader.startUnixNs;
  }

  asked(direction: Direction): boolean {
    return this.#reader.asked(this.#connection, direction);
  }

  emit(draft: CallDraft, protocol: string): void {
    this.#reader.emit(this.#connection, draft, protocol);
  }

  violation(violation: Violation, protocol: string): void {
    this.#reader.violation(violation, protocol);
  }
}

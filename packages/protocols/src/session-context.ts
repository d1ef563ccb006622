import type { UnixNs } from "@weir/base";
import type { CallDraft } from "./call-draft.ts";
import type { InnerStream, Opening, SessionContext, TlsSecrets, Violation } from "./contract.ts";
import type { RecogniserContext } from "./recogniser-context.ts";
import type { Surroundings } from "./surroundings.ts";

/*
 * Contexts are classes, not literals with functions of their own: there is one for every session of every open connection, and a literal with getters is
 * a thousand bytes more.
 */

/** Whose session it is. */
export interface SessionHost {
  readonly surroundings: Surroundings;
  readonly context: RecogniserContext;
  /** A call with what was told of all calls here. */
  withTold(call: CallDraft): CallDraft;
  openInner(): InnerStream;
}

/** What a session may use, as it was when it was opened. */
export class OpenedContext implements SessionContext {
  readonly clientPort: number;
  readonly serverPort: number;
  readonly opening: Opening | undefined;
  readonly #host: SessionHost;
  readonly #id: string;
  readonly #word: string;

  /** `id` is the dissector's, `word` its protocol's. */
  constructor(host: SessionHost, id: string, word: string, opening: Opening | undefined) {
    this.clientPort = host.context.clientPort;
    this.serverPort = host.context.serverPort;
    this.opening = opening;
    this.#host = host;
    this.#id = id;
    this.#word = word;
  }

  get transport(): "tcp" | "udp" {
    return this.#host.context.transport;
  }

  get midStream(): boolean {
    return this.#host.context.midStream;
  }

  get startUnixNs(): UnixNs | undefined {
    return this.#host.context.startUnixNs;
  }

  get tlsSecrets(): TlsSecrets {
    return this.#host.surroundings.tlsSecrets;
  }

  get httpApplications(): SessionContext["httpApplications"] {
    return this.#host.surroundings.httpApplications;
  }

  emit(call: CallDraft): void {
    this.#host.context.emit(this.#host.withTold(call), call.protocol ?? this.#word);
  }

  violation(broken: Violation): void {
    this.#host.context.violation(broken, this.#word);
  }

  inner(): InnerStream {
    return this.#host.openInner();
  }

  common<T extends object>(create: () => T): T {
    return sharedOf(this.#host.surroundings.common, this.#id, create);
  }
}

/** What surrounds a stream inside another one. */
export class InnerContext implements RecogniserContext {
  readonly transport = "tcp";
  readonly midStream: boolean;
  readonly #outer: SessionHost;

  constructor(outer: SessionHost) {
    this.midStream = outer.context.midStream;
    this.#outer = outer;
  }

  get clientPort(): number {
    return this.#outer.context.clientPort;
  }

  get serverPort(): number {
    return this.#outer.context.serverPort;
  }

  get serverAddress(): string {
    return `inside ${this.#outer.context.serverAddress}`;
  }

  get startUnixNs(): UnixNs | undefined {
    return this.#outer.context.startUnixNs;
  }

  asked(): boolean {
    return false;
  }

  emit(call: CallDraft, protocol: string): void {
    this.#outer.context.emit(this.#outer.withTold(call), protocol);
  }

  violation(violation: Violation, protocol: string): void {
    this.#outer.context.violation(violation, protocol);
  }
}

/** The state that a dissector's sessions share; an id always comes with the same type. */
export function sharedOf<T extends object>(common: Map<string, object>, id: string, create: () => T): T {
  const known = common.get(id);
  if (known !== undefined) return known as T;
  const created = create();
  common.set(id, created);
  return created;
}

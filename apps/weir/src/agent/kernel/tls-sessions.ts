import type { SocketEnds, TlsEvent } from "@weir/kernel";
import type { PlainText } from "../messages.ts";
import { keyOf } from "../processes/socket-index.ts";

/** Sessions that are remembered at most, those used longest ago forgotten first; a forgotten one begins anew. */
const MAX_SESSIONS = 16_384;
/** Texts of one session that wait for its socket to be known. */
const MAX_WAITING = 16;

type TextEvent = Extract<TlsEvent, { kind: "tlsText" }>;

interface TlsSession {
  ends: SocketEnds | undefined;
  /** Both ends of a connection may be here: only one of them tells its text. */
  isTold: boolean;
  readonly waiting: TextEvent[];
  /** Bytes told so far, by direction: sent, received. */
  readonly told: [number | undefined, number | undefined];
}

/** Puts the texts that processes wrote and read inside of TLS to their connections. */
export class TlsSessions {
  readonly #sessions = new Map<string, TlsSession>();
  /** Which session tells a connection's text. */
  readonly #tellers = new Map<string, string>();
  /** Texts that were left out, because their socket never became known. */
  dropped = 0;

  /** What can be told now, in order. `atUnixNs` makes a time of the calendar of the kernel's. */
  add(event: TlsEvent, atUnixNs: (atNs: number) => bigint): PlainText[] {
    if (event.kind === "tlsFreed") {
      this.#forget(event.session);
      return [];
    }
    const session = this.#sessionOf(event.session);
    if (event.kind === "tlsSocket") {
      session.ends = event.ends;
      session.told.fill(undefined);
      session.isTold = this.#becomesTeller(event.session, event.ends);
    } else if (session.ends === undefined && session.waiting.length >= MAX_WAITING) this.dropped += 1;
    else session.waiting.push(event);
    const { ends } = session;
    if (ends === undefined) return [];
    const texts = session.waiting.splice(0);
    return session.isTold ? texts.map((text) => plainTextOf(text, ends, session, atUnixNs(text.atNs))) : [];
  }

  #sessionOf(name: string): TlsSession {
    const session = this.#sessions.get(name) ?? {
      ends: undefined,
      isTold: false,
      waiting: [],
      told: [undefined, undefined],
    };
    this.#sessions.delete(name);
    this.#sessions.set(name, session);
    for (const oldest of this.#sessions.keys()) {
      if (this.#sessions.size <= MAX_SESSIONS) break;
      this.#forget(oldest);
    }
    return session;
  }

  #becomesTeller(name: string, ends: SocketEnds): boolean {
    const key = connectionKey(ends);
    const teller = this.#tellers.get(key);
    if (teller !== undefined && teller !== name && this.#sessions.get(teller)?.ends !== undefined) return false;
    this.#tellers.set(key, name);
    return true;
  }

  #forget(name: string): void {
    const ends = this.#sessions.get(name)?.ends;
    this.#sessions.delete(name);
    if (ends === undefined) return;
    const key = connectionKey(ends);
    if (this.#tellers.get(key) === name) this.#tellers.delete(key);
  }
}

function plainTextOf(
  { isSent, offset, bytes, text }: TextEvent,
  ends: SocketEnds,
  { told }: TlsSession,
  atUnixNs: bigint,
): PlainText {
  const direction = isSent ? 0 : 1;
  const missingBefore = Math.max(0, offset - (told[direction] ?? offset));
  told[direction] = offset + bytes;
  const local = { address: ends.localAddress, port: ends.localPort };
  const remote = { address: ends.remoteAddress, port: ends.remotePort };
  const [from, to] = isSent ? [local, remote] : [remote, local];
  return { atUnixNs, from, to, missingBefore, bytes: text, missingBehind: bytes - text.length };
}

/** The same from either end. */
function connectionKey({ localAddress, localPort, remoteAddress, remotePort }: SocketEnds): string {
  const local = { address: localAddress, port: localPort };
  const remote = { address: remoteAddress, port: remotePort };
  return [keyOf("tcp", local, remote), keyOf("tcp", remote, local)].sort()[0] ?? "";
}

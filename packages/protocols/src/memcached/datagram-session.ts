import type { Mark } from "@weir/base";
import { Direction, type EndReason } from "@weir/model";
import type { Session, SessionContext } from "../contract.ts";
import { beginsPacket } from "./binary.ts";
import { BinarySession } from "./binary-session.ts";
import { TextSession } from "./text-session.ts";

/** Request id, number of this datagram, how many there are, reserved: two bytes each. */
export const FRAME_HEADER_BYTES = 8;
/** Requests that wait for their answers at most; the oldest is given up beyond it. */
const MAX_REQUESTS = 256;

/** What a datagram's header says. */
export function frameOf(bytes: Uint8Array): { readonly id: number; readonly number: number; readonly total: number } {
  const uint16 = (at: number) => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  return { id: uint16(0), number: uint16(2), total: uint16(4) };
}

/** memcached over UDP: each request has an id, and each answer, which may be of many datagrams, has its request's. */
export class DatagramSession implements Session {
  readonly #context: SessionContext;
  readonly #requests = new Map<number, TextSession | BinarySession>();

  constructor(context: SessionContext) {
    this.#context = context;
  }

  data(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    if (bytes.length <= FRAME_HEADER_BYTES) return true;
    const { id, number } = frameOf(bytes);
    const payload = bytes.subarray(FRAME_HEADER_BYTES);
    const known = direction === Direction.toClient ? this.#requests.get(id) : undefined;
    if (known === undefined && number > 0) return true;
    const session = known ?? this.#open(id, payload);
    const goesOn = session.data(direction, payload, mark);
    if (session.isIdle) this.#requests.delete(id);
    return goesOn;
  }

  gap(): boolean {
    return true;
  }

  end(): void {
    // Datagrams have no end.
  }

  close(reason: EndReason): void {
    for (const session of this.#requests.values()) session.close(reason);
    this.#requests.clear();
  }

  #open(id: number, payload: Uint8Array): TextSession | BinarySession {
    this.#requests.get(id)?.close("replaced");
    this.#requests.delete(id);
    if (this.#requests.size >= MAX_REQUESTS) {
      const [oldest] = this.#requests;
      oldest?.[1].close("idle");
      if (oldest !== undefined) this.#requests.delete(oldest[0]);
    }
    const session =
      beginsPacket(payload) === "match" ? new BinarySession(this.#context) : new TextSession(this.#context);
    this.#requests.set(id, session);
    return session;
  }
}

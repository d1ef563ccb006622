import { Direction, type EndReason } from "@weir/model";
import { PendingTable } from "../common/pending-table.ts";
import type { SessionContext } from "../contract.ts";
import { finish, giveUp, OK, type OpenCall } from "./open-call.ts";

/** Performatives that wait for their like of the other side, at most. */
export const MAX_PENDING = 1024;

/** Performatives that clients begin with. */
const OPENING: ReadonlySet<string> = new Set(["open", "begin", "attach"]);

interface Asked {
  readonly direction: Direction;
  readonly call: OpenCall;
}

/** Performatives that both sides send, the second as the answer to the first: `open`, `begin`, `attach`, `detach`, `end`, `close`. */
export class Handshakes {
  readonly #context: SessionContext;
  readonly #pending: PendingTable<string, Asked>;

  constructor(context: SessionContext) {
    this.#context = context;
    this.#pending = new PendingTable(MAX_PENDING, ({ call }) => giveUp(context, call, "limit"));
  }

  /** The call that a performative of this direction answers; it waits no more. */
  answered(key: string, direction: Direction): OpenCall | undefined {
    const asked = this.#pending.find(key);
    if (asked === undefined || asked.direction === direction) return undefined;
    this.#pending.take(key);
    return asked.call;
  }

  /** In the middle of a stream what the server opens is the answer to what the client asked before the capture. */
  ask(key: string, direction: Direction, call: OpenCall): void {
    if (this.#context.midStream && direction === Direction.toClient && OPENING.has(call.operation)) {
      const { "weir.call.initiator": _, ...attributes } = call.attributes;
      finish(this.#context, { ...call, attributes, request: undefined }, { ...OK, response: call.request });
      return;
    }
    this.#pending.put(key, { direction, call });
  }

  lost(): void {
    for (const key of this.#pending.keys()) {
      const asked = this.#pending.find(key);
      if (asked !== undefined) asked.call.mayHaveMissed = true;
    }
  }

  close(reason: EndReason): void {
    for (const { call } of this.#pending.drain()) giveUp(this.#context, call, reason);
  }
}

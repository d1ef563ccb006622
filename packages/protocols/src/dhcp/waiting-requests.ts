import type { Passage } from "../common/passage.ts";
import { PendingTable } from "../common/pending-table.ts";
import type { DhcpMessage } from "./message.ts";

/** Requests of all clients that are remembered at most. */
export const MAX_REQUESTS = 1_024;
/** The same request on several connections: from the client, and from each relay behind it. */
const MAX_LEGS = 4;

/** Who saw a request, and is told when it will not be answered. */
export interface RequestOwner {
  giveUp(request: Request): void;
}

/** A request, and what has come of it. */
export interface Request {
  readonly message: DhcpMessage;
  readonly passage: Passage;
  readonly owner: RequestOwner;
  attempts: number;
  /** Servers that answered. */
  replies: number;
}

/**
 * Requests of all connections of a capture. A client without an address asks everybody, and a server answers from its own address: question and answer
 * are on different connections, and only what they have in common pairs them. Those that were answered stay, for further servers' answers.
 */
export class WaitingRequests {
  readonly #requests = new PendingTable<string, readonly Request[]>(MAX_REQUESTS, giveUpAll);

  /** A request; one that the same session saw before, and that nobody answered, was sent again. */
  ask(message: DhcpMessage, passage: Passage, owner: RequestOwner): void {
    const key = keyOf(message, message.type);
    const others = this.#requests.take(key) ?? [];
    const same = others.find((other) => other.owner === owner && other.replies === 0);
    const request = same ?? { message, passage, owner, attempts: 0, replies: 0 };
    request.attempts += 1;
    const rest = others.filter((other) => other.owner !== owner);
    giveUpAll(rest.splice(0, Math.max(0, rest.length - MAX_LEGS + 1)));
    this.#requests.put(key, [...rest, request]);
  }

  /** The request that a message answers: rather one of the same connection, and one that nobody answered yet. */
  answer(message: DhcpMessage, owner: RequestOwner): Request | undefined {
    for (const type of message.answers) {
      const legs = this.#requests.find(keyOf(message, type)) ?? [];
      const found = legs.find((leg) => leg.owner === owner) ?? legs.find(({ replies }) => replies === 0) ?? legs.at(-1);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Forgets what a session saw. Returns what nobody answered. */
  release(owner: RequestOwner): readonly Request[] {
    const unanswered: Request[] = [];
    for (const key of this.#requests.keys()) {
      const legs = this.#requests.find(key) ?? [];
      const mine = legs.filter((leg) => leg.owner === owner);
      if (mine.length === 0) continue;
      unanswered.push(...mine.filter(({ replies }) => replies === 0));
      this.#requests.take(key);
      const others = legs.filter((leg) => leg.owner !== owner);
      if (others.length > 0) this.#requests.put(key, others);
    }
    return unanswered;
  }
}

function giveUpAll(requests: readonly Request[]): void {
  for (const request of requests) if (request.replies === 0) request.owner.giveUp(request);
}

function keyOf({ version, exchange }: DhcpMessage, type: string): string {
  return `${version} ${exchange} ${type}`;
}

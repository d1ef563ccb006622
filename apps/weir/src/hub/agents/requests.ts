import { randomUUID } from "node:crypto";
import { WeirError } from "@weir/base";
import type { AgentRequest } from "@weir/http-contract";
import { notFound } from "@weir/storage";

/** What is wanted, without the id under which it is answered. */
export type Wanted = AgentRequest extends infer R ? (R extends AgentRequest ? Omit<R, "requestId"> : never) : never;

/** Takes the packets that an agent sends; done when they are kept. */
export type Receiver = (chunks: AsyncIterable<Uint8Array>) => Promise<void>;

/** So long an answer is waited for: an agent that lost its way to the hub comes back within seconds. */
const PATIENCE_MS = 30_000;
/** Requests that wait for agents at once. */
const MAX_WAITING = 50;

interface Waiting {
  readonly agentId: string;
  readonly request: AgentRequest;
  readonly receive: Receiver | undefined;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
  isSent: boolean;
}

/** What the hub asks of agents. They cannot be called, so requests wait until the agent asks for orders, and answers come as requests of theirs. */
export class AgentRequests {
  readonly #waiting = new Map<string, Waiting>();
  readonly #asked: (agentId: string) => void;

  /** `asked` hears that there is something for an agent. */
  constructor(asked: (agentId: string) => void) {
    this.#asked = asked;
  }

  /** Asks an agent; done when it has done it. Packets go to `receive`. Throws why the agent cannot, or that it does not answer. */
  ask(agentId: string, wanted: Wanted, receive?: Receiver): Promise<void> {
    if (this.#waiting.size >= MAX_WAITING)
      throw new WeirError("BUSY", `${MAX_WAITING} requests wait for agents already`, "Try again in a moment");
    const requestId = randomUUID();
    return new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(silence(agentId)), PATIENCE_MS);
      const request = { ...wanted, requestId } as AgentRequest;
      const done = (settle: () => void) => () => {
        clearTimeout(timer);
        settle();
      };
      this.#waiting.set(requestId, {
        agentId,
        request,
        receive,
        resolve: done(resolve),
        reject: (error) => done(() => reject(error))(),
        isSent: false,
      });
      this.#asked(agentId);
    }).finally(() => this.#waiting.delete(requestId));
  }

  /** True where an agent is to be asked for something. */
  hasFor(agentId: string): boolean {
    return this.#unsent(agentId).length > 0;
  }

  /** What an agent is to be asked for now, each once. */
  due(agentId: string): AgentRequest[] {
    const due = this.#unsent(agentId);
    for (const each of due) each.isSent = true;
    return due.map(({ request }) => request);
  }

  #unsent(agentId: string): Waiting[] {
    return [...this.#waiting.values()].filter((each) => each.agentId === agentId && !each.isSent);
  }

  /** Takes packets that an agent was asked for. */
  async takePackets(agentId: string, requestId: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
    const { receive, resolve, reject } = this.#of(agentId, requestId);
    try {
      await receive?.(chunks);
      resolve();
    } catch (error) {
      reject(error);
      throw error;
    }
  }

  /** Takes that an agent has done what it was asked for, or why it has not. */
  takeWord(agentId: string, requestId: string, problem: WeirError | undefined): void {
    const { resolve, reject } = this.#of(agentId, requestId);
    if (problem === undefined) resolve();
    else reject(problem);
  }

  #of(agentId: string, requestId: string): Waiting {
    const waiting = this.#waiting.get(requestId);
    // An agent answers for itself alone.
    if (waiting === undefined || waiting.agentId !== agentId) throw notFound("request", requestId);
    return waiting;
  }
}

function silence(agentId: string): WeirError {
  return new WeirError(
    "AGENT_SILENT",
    `the agent ${agentId} has not answered for ${PATIENCE_MS / 1000} seconds`,
    "GET /api/agents tells when it reported last",
  );
}

import { NS_PER_S } from "@weir/base";
import type { Call, Connection } from "@weir/model";

/** Both ends of a conversation, when something of it was, and who saw it. */
type Sight = Pick<
  Connection | Call,
  "captureId" | "transport" | "clientAddress" | "clientPort" | "serverAddress" | "serverPort" | "startedAt"
> & { readonly durationNs?: number | undefined };

interface Lead {
  captureId: string;
  /** The last that it told of the conversation. */
  atNs: bigint;
}

/** Conversations that are remembered at most, those that were told of last. */
const MAX_CONVERSATIONS = 100_000;
/** Where the leading vantage has told nothing of a conversation for so long, another one leads: its agent has ended, or the ports are another conversation's. */
const SILENCE_NS = BigInt(600 * NS_PER_S);

/**
 * Which of several vantages (agents, captures) counts a conversation: the first that tells of it, by the addresses and ports at both ends. So sums over what a hub hears count each conversation once.
 * What is told of under translated addresses is another conversation.
 */
export class OneVantage {
  readonly #leads = new Map<string, Lead>();

  /** True where what was seen counts as this vantage saw it. */
  leads(sight: Sight): boolean {
    const { captureId, clientAddress, serverAddress } = sight;
    // Many attempts that are summed up have several ends.
    if (clientAddress === "" || serverAddress === "") return true;
    const key = keyOf(sight);
    const atNs = sight.startedAt + BigInt(Math.round(sight.durationNs ?? 0));
    const known = this.#leads.get(key);
    const isLeading = known === undefined || known.captureId === captureId || atNs - known.atNs > SILENCE_NS;
    if (!isLeading) return false;
    this.#leads.delete(key);
    this.#leads.set(key, { captureId, atNs: known !== undefined && known.atNs > atNs ? known.atNs : atNs });
    if (this.#leads.size > MAX_CONVERSATIONS)
      for (const oldest of this.#leads.keys()) {
        this.#leads.delete(oldest);
        break;
      }
    return true;
  }
}

/** The same whoever is taken for the client. */
function keyOf({ transport, clientAddress, clientPort, serverAddress, serverPort }: Sight): string {
  const client = `${clientAddress} ${clientPort}`;
  const server = `${serverAddress} ${serverPort}`;
  return client < server ? `${transport} ${client} ${server}` : `${transport} ${server} ${client}`;
}

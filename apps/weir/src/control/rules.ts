import type { ControlRule, Edge } from "@weir/http-contract";

/** When and by what clock an agent got what it does. */
export interface Receipt {
  /** The agent's clock. */
  readonly atUnixMs: number;
  /** The hub's clock minus the agent's, as the answer told. */
  readonly hubOffsetMs: number;
}

/**
 * When a rule ends by the agent's clock: when the hub's clock says so, and after its own length at the latest, whatever the clocks say. Only the length is signed
 * with it; what the hub's clock shows is not.
 */
export function endsAtMs({ fromUnixMs, untilUnixMs }: ControlRule, { atUnixMs, hubOffsetMs }: Receipt): number {
  return Math.min(untilUnixMs - hubOffsetMs, atUnixMs + Math.max(0, untilUnixMs - fromUnixMs));
}

/** The ends of a connection or call, as its record tells them. */
export interface NamedEnds {
  readonly clientAddress: string;
  readonly clientService: string;
  readonly serverAddress: string;
  readonly serverService: string;
  readonly serverPort: number;
}

/** True where a connection is of an edge. Ends are called by their service or their address. */
export function isOfEdge(ends: NamedEnds, { clientService, serverService, serverPort }: Edge): boolean {
  const is = (word: string | undefined, service: string, address: string) =>
    word === undefined || word === service || word === address;
  return (
    is(clientService, ends.clientService, ends.clientAddress) &&
    is(serverService, ends.serverService, ends.serverAddress) &&
    (serverPort === undefined || serverPort === ends.serverPort)
  );
}

/** An edge in words: `web to orders:80`. */
export function edgeText({ clientService, serverService, serverPort }: Edge): string {
  const server = `${serverService ?? "any server"}${serverPort === undefined ? "" : `:${serverPort}`}`;
  return `${clientService ?? "any client"} to ${server}`;
}

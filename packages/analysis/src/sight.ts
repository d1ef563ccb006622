import type { Connection } from "@weir/model";

/** Which ways of the traffic a capture saw: where it saw one way only, silence says nothing. */
export class Sight {
  #bothWays = 0;
  #oneWay = 0;

  see(connection: Connection): void {
    if (connection.clientPackets > 0 && connection.serverPackets > 0) this.#bothWays += 1;
    else if (isOneWay(connection)) this.#oneWay += 1;
  }

  /** True where every connection that must have had two ways shows one. */
  get isOneWay(): boolean {
    return this.#oneWay > 0 && this.#bothWays === 0;
  }
}

const ACK_OR_DATA = 4 | 8;

/** A TCP client that goes on was answered, whether the answer was captured or not; and nobody sends answers unasked. */
export function isOneWay({ transport, clientPackets, serverPackets, completeness }: Connection): boolean {
  if (transport !== "tcp") return false;
  return clientPackets === 0 || (serverPackets === 0 && (completeness & ACK_OR_DATA) !== 0);
}

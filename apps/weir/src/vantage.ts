import { NS_PER_US } from "@weir/base";
import type { Capture, Connection } from "@weir/model";

/** Round trips below it do not cross a network: the capture was taken on that side's host. */
const ON_HOST_NS = 100 * NS_PER_US;

/**
 * Judges where a capture was taken, by handshakes: the SYN-ACK follows the SYN at once at the server, the ACK follows the SYN-ACK at
 * once at the client. Where both are quick (loopback, a very near pair) the larger part tells, if it is ten times the other; if it is not,
 * the handshake says nothing.
 */
export class VantageVotes {
  #client = 0;
  #server = 0;
  #middle = 0;
  #undecided = 0;

  connection({ handshakeServerNs, handshakeClientNs }: Connection): void {
    if (handshakeServerNs === undefined || handshakeClientNs === undefined) return;
    if (handshakeClientNs < ON_HOST_NS && handshakeServerNs > 10 * handshakeClientNs) this.#client += 1;
    else if (handshakeServerNs < ON_HOST_NS && handshakeClientNs > 10 * handshakeServerNs) this.#server += 1;
    else if (handshakeClientNs >= ON_HOST_NS && handshakeServerNs >= ON_HOST_NS) this.#middle += 1;
    else this.#undecided += 1;
  }

  /** The place that nine of ten handshakes agree on; `mixed` where they do not, as on a host that is client and server. */
  judge(): Capture["vantage"] {
    const votes = this.#client + this.#server + this.#middle;
    if (votes <= this.#undecided) return "unknown";
    const most = Math.max(this.#client, this.#server, this.#middle);
    if (most < 0.9 * votes) return "mixed";
    return most === this.#client ? "client" : most === this.#server ? "server" : "middle";
  }
}

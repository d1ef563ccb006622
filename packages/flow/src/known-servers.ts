import type { Ends } from "./memory/conversations.ts";

/** Places for servers: one that finds its places taken takes another one's, which is learned anew when it is seen again. */
const PLACES = 1 << 16;
/** Places where a server may be. */
const TRIED = 4;
const WORDS = 2;

/** Ends that are known to be servers, by address and port. Typed memory of fixed size; asked for every new connection. */
export class KnownServers {
  /** Pairs: the folded address, and the port + 1. Of IPv6 two addresses in four thousand million look the same. */
  readonly #places = new Int32Array(PLACES * WORDS);

  /** Remembers the sender's or the receiver's end. */
  add(ends: Ends, isSender: boolean): void {
    const address = addressOf(ends, isSender);
    const port = (isSender ? ends.sourcePort : ends.destinationPort) + 1;
    const places = this.#places;
    const home = homeOf(address, port);
    let place = home;
    for (let tried = 0; tried < TRIED; tried += 1) {
      const at = ((home + tried) % PLACES) * WORDS;
      if (places[at] === address && places[at + 1] === port) return;
      if (places[at + 1] !== 0) continue;
      place = (home + tried) % PLACES;
      break;
    }
    places[place * WORDS] = address;
    places[place * WORDS + 1] = port;
  }

  /** True where the sender's or the receiver's end was remembered. */
  has(ends: Ends, isSender: boolean): boolean {
    const address = addressOf(ends, isSender);
    const port = (isSender ? ends.sourcePort : ends.destinationPort) + 1;
    const home = homeOf(address, port);
    for (let tried = 0; tried < TRIED; tried += 1) {
      const at = ((home + tried) % PLACES) * WORDS;
      if (this.#places[at] === address && this.#places[at + 1] === port) return true;
    }
    return false;
  }
}

function addressOf({ view, addressBytes, sourceAddressAt, destinationAddressAt }: Ends, isSender: boolean): number {
  const at = isSender ? sourceAddressAt : destinationAddressAt;
  if (addressBytes === 4) return view.getInt32(at);
  let folded = 0;
  for (let word = 0; word < 16; word += 4) folded = Math.imul(folded ^ view.getInt32(at + word), 0x9e3779b1);
  return folded;
}

function homeOf(address: number, port: number): number {
  const hash = Math.imul(address ^ Math.imul(port, 0x85ebca6b), 0x9e3779b1);
  return (hash ^ (hash >>> 15)) & (PLACES - 1);
}

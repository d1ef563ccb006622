import type { Ends } from "./ip-frame.ts";
import type { Profile } from "./profile.ts";
import type { Random } from "./random.ts";

const FIRST_PORT = 32_768;
const PORTS = 28_232;
const CLIENTS = 1 << 16;

/** Hands out clients, servers and ports: each client counts through the ports Linux uses, from one of its own. */
export class EndsAllocator {
  readonly #random: Random;
  readonly #ports: Uint32Array;

  constructor(random: Random) {
    this.#random = random;
    this.#ports = Uint32Array.from({ length: CLIENTS }, () => random.below(PORTS));
  }

  draw({ clients, servers, serverPort, permille }: Profile): Ends {
    const random = this.#random;
    const clientAddress = clients.first + random.below(clients.count);
    const used = this.#ports[clientAddress % CLIENTS]!;
    this.#ports[clientAddress % CLIENTS] = (used + 1) % PORTS;
    return {
      clientAddress,
      clientPort: FIRST_PORT + used,
      serverAddress: servers.first + random.below(servers.count),
      serverPort,
      ipv6: random.chance(permille.ipv6),
      vlan: random.chance(permille.vlan) ? 100 + (clientAddress % 4) : 0,
    };
  }
}

import type { TlsSecrets } from "./contract.ts";
import { ProbeMemory } from "./probe-memory.ts";

/** What the streams of all connections of a capture have in common. */
export interface Surroundings {
  /** What servers turned out to speak. */
  readonly memory: ProbeMemory;
  readonly tlsSecrets: TlsSecrets;
  /** What the sessions of a dissector share beyond a connection, by the dissector's id. */
  readonly common: Map<string, object>;
}

const NO_SECRETS: TlsSecrets = { find: () => undefined };

/** Surroundings of a new capture. */
export function newSurroundings({
  memory = new ProbeMemory(),
  tlsSecrets = NO_SECRETS,
}: Partial<Pick<Surroundings, "memory" | "tlsSecrets">> = {}): Surroundings {
  return { memory, tlsSecrets, common: new Map() };
}

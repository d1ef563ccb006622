import type { HttpApplication } from "./common/http/exchange.ts";
import type { TlsSecrets } from "./contract.ts";
import { HTTP_APPLICATIONS } from "./http-applications.ts";
import { ProbeMemory } from "./probe-memory.ts";

/** What the streams of all connections of a capture have in common. */
export interface Surroundings {
  /** What servers turned out to speak. */
  readonly memory: ProbeMemory;
  readonly tlsSecrets: TlsSecrets;
  /** How the protocols that HTTP carries are read. */
  readonly httpApplications: readonly HttpApplication[];
  /** What the sessions of a dissector share beyond a connection, by the dissector's id. */
  readonly common: Map<string, object>;
}

const NO_SECRETS: TlsSecrets = { find: () => undefined };

/** Surroundings of a new capture. */
export function newSurroundings({
  memory = new ProbeMemory(),
  tlsSecrets = NO_SECRETS,
  httpApplications = HTTP_APPLICATIONS,
}: Partial<Omit<Surroundings, "common">> = {}): Surroundings {
  return { memory, tlsSecrets, httpApplications, common: new Map() };
}

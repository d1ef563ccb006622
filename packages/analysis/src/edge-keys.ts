import { within } from "./within.ts";

/** Ends and port of an edge. */
interface Ends {
  readonly clientService: string;
  readonly serverService: string;
  readonly serverPort: number;
}

/** Texts that stand for an edge: equal ones are the same text, so that maps find them without comparing letters. */
export interface EdgeKeys {
  readonly own: string;
  /** Of the edge of the same server for clients beyond the limit. */
  readonly others: string;
}

/** Clients beyond a limit are followed together under this name. */
export const OTHER_CLIENTS = "other clients";
/** Edges whose texts are kept; beyond it all are made anew. */
const MAX_KEPT = 20_000;

/** By server, port and client: where one server has many clients, or a flood has, each is one entry more. */
const byServer = new Map<string, Map<number, Map<string, EdgeKeys>>>();
let kept = 0;
let last: Ends | undefined;
let lastKeys: EdgeKeys | undefined;

/**
 * The texts of a record's edge. HOT PATH: every detector asks for them in turn, so that the last are at hand; and putting them together for every record,
 * with the hash that a new text needs, took as long as all that detectors do.
 */
export function edgeKeysOf(record: Ends): EdgeKeys {
  if (record === last && lastKeys !== undefined) return lastKeys;
  const { clientService, serverService, serverPort } = record;
  last = record;
  lastKeys = byServer.get(serverService)?.get(serverPort)?.get(clientService) ?? keep(record);
  return lastKeys;
}

function keep({ clientService, serverService, serverPort }: Ends): EdgeKeys {
  if (kept >= MAX_KEPT) {
    byServer.clear();
    kept = 0;
  }
  kept += 1;
  const ports = within(byServer, serverService, () => new Map<number, Map<string, EdgeKeys>>());
  const clients = within(ports, serverPort, () => new Map<string, EdgeKeys>());
  const server = `\t${serverService}\t${serverPort}`;
  return within(clients, clientService, () => ({ own: clientService + server, others: OTHER_CLIENTS + server }));
}

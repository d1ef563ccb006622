import type { Mark } from "@weir/base";
import { Direction } from "@weir/model";
import type { ClientHello, ServerHello } from "../common/tls/hello.ts";
import { Handshake } from "./handshake.ts";

/** All that a session knows behind its handshake, where nothing is opened: what the records that follow are judged by. */
export interface SettledTls {
  readonly version: number;
  readonly cipher: number;
  readonly serverName: string | undefined;
}

/** Different ones that are remembered, of those that many connections have alike. */
const MAX_KNOWN = 1_024;
const known = new Map<string, SettledTls>();

const NOBODY = new Uint8Array(0);
const LONG_AGO: Mark = { packetNumber: 0, atNs: 0, completedBy: undefined };

/** What is left of a handshake that is over and was told; undefined where it is not over. One object for all that are alike. */
export function settledOf({ timeline, serverHello, clientHello, isDecrypted }: Handshake): SettledTls | undefined {
  if (timeline.established === undefined || timeline.firstData === undefined) return undefined;
  if (serverHello === undefined || isDecrypted) return undefined;
  const { version, cipher } = serverHello;
  const key = `${version} ${cipher} ${clientHello?.serverName}`;
  const settled = known.get(key) ?? { version, cipher, serverName: clientHello?.serverName };
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(key, settled);
  return settled;
}

/** A handshake of which only that is left: it was told, and stands for what follows. */
export function settledHandshake({ version, cipher, serverName }: SettledTls): Handshake {
  const handshake = new Handshake(false);
  handshake.clientHello = clientHelloOf(serverName);
  handshake.serverHello = serverHelloOf(version, cipher);
  for (const direction of [Direction.toServer, Direction.toClient] as const) {
    handshake.changed[direction] = true;
    handshake.finish(direction, LONG_AGO);
  }
  handshake.timeline.firstData = LONG_AGO;
  return handshake;
}

function clientHelloOf(serverName: string | undefined): ClientHello {
  return {
    legacyVersion: 0,
    random: NOBODY,
    sessionId: NOBODY,
    ciphers: [],
    extensions: [],
    serverName,
    alpn: [],
    versions: [],
    groups: [],
    pointFormats: [],
    signatureSchemes: [],
    keyShares: [],
    hasTicket: false,
  };
}

function serverHelloOf(version: number, cipher: number): ServerHello {
  return {
    legacyVersion: version,
    version,
    random: NOBODY,
    sessionId: NOBODY,
    cipher,
    extensions: [],
    alpn: undefined,
    group: undefined,
    isRetry: false,
  };
}

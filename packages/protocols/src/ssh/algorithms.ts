import { md5 } from "@noble/hashes/legacy.js";
import { encodeUtf8, toHex } from "@weir/base";
import type { KexInit } from "./wire.ts";

/** What both sides will use; an undefined one they do not agree on. */
export interface Agreed {
  readonly kex: string | undefined;
  readonly hostKey: string | undefined;
  readonly cipherToServer: string | undefined;
  readonly cipherToClient: string | undefined;
  readonly macToServer: string | undefined;
  readonly macToClient: string | undefined;
  readonly compressionToServer: string | undefined;
  readonly compressionToClient: string | undefined;
}

/** Ciphers that need no other authentication (RFC 5647 and OpenSSH's PROTOCOL.chacha20poly1305). */
const AUTHENTICATED_CIPHER = /gcm|poly1305/;
const IMPLICIT_MAC = "implicit";

/** The client's first that the server knows too, of each kind (RFC 4253 §7.1). */
export function agree(client: KexInit, server: KexInit): Agreed {
  const cipherToServer = common(client.cipherToServer, server.cipherToServer);
  const cipherToClient = common(client.cipherToClient, server.cipherToClient);
  const mac = (cipher: string | undefined, ours: readonly string[], theirs: readonly string[]) =>
    cipher !== undefined && AUTHENTICATED_CIPHER.test(cipher) ? IMPLICIT_MAC : common(ours, theirs);
  return {
    kex: common(client.kex, server.kex),
    hostKey: common(client.hostKey, server.hostKey),
    cipherToServer,
    cipherToClient,
    macToServer: mac(cipherToServer, client.macToServer, server.macToServer),
    macToClient: mac(cipherToClient, client.macToClient, server.macToClient),
    compressionToServer: common(client.compressionToServer, server.compressionToServer),
    compressionToClient: common(client.compressionToClient, server.compressionToClient),
  };
}

/** The kind of which the sides have nothing in common; undefined where they agree on all. */
export function disagreement(agreed: Agreed): string | undefined {
  return Object.entries(agreed).find(([, chosen]) => chosen === undefined)?.[0];
}

/** HASSH: a client's or server's algorithms as one number, by which its software is known (https://github.com/salesforce/hassh). */
export function hassh(init: KexInit, side: "client" | "server"): string {
  const lists =
    side === "client"
      ? [init.kex, init.cipherToServer, init.macToServer, init.compressionToServer]
      : [init.kex, init.cipherToClient, init.macToClient, init.compressionToClient];
  return toHex(md5(encodeUtf8(lists.map((list) => list.join(",")).join(";"))));
}

function common(ours: readonly string[], theirs: readonly string[]): string | undefined {
  return ours.find((algorithm) => theirs.includes(algorithm));
}

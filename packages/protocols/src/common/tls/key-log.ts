import type { TlsSecrets } from "../../contract.ts";

/** Secrets that are remembered; a connection of TLS 1.3 has five. */
const MAX_SECRETS = 250_000;
/** The longest line is an exporter's: a label, 32 bytes and 64 bytes in hexadecimal. */
const LINE = /^(RSA Session-ID:|[A-Z][A-Z0-9_]{3,40} )([0-9a-fA-F]{2,64}) (?:Master-Key:)?([0-9a-fA-F]{32,128})$/;
/** Secrets that open nothing. */
const UNUSED = new Set(["EXPORTER_SECRET", "EARLY_EXPORTER_SECRET", "EARLY_EXPORTER_MASTER_SECRET"]);

/**
 * Secrets of TLS and QUIC connections out of key logs in the NSS format (SSLKEYLOGFILE, RFC 9850): `LABEL CLIENT_RANDOM SECRET` in hexadecimal, a line
 * each. Under `RSA Session-ID` older logs have a master secret by the session's id instead. They are kept in memory only, and never shown.
 */
export class KeyLog implements TlsSecrets {
  readonly #secrets = new Map<string, string>();

  /** Count of the secrets that are known. */
  get size(): number {
    return this.#secrets.size;
  }

  /** Adds what a key log says; lines that are no secrets are passed over. Returns how many were added. */
  add(text: string): number {
    const before = this.#secrets.size;
    for (const line of text.split(/\r?\n/)) {
      if (this.#secrets.size >= MAX_SECRETS) break;
      const [, word = "", id = "", secret = ""] = LINE.exec(line.trim()) ?? [];
      const label = word.replace(/[ :]$/, "");
      if (label !== "" && !UNUSED.has(label)) this.#secrets.set(keyOf(label, id.toLowerCase()), secret);
    }
    return this.#secrets.size - before;
  }

  find(label: string, clientRandomHex: string): Uint8Array | undefined {
    const found = this.#secrets.get(keyOf(label, clientRandomHex));
    return found === undefined ? undefined : fromHex(found);
  }
}

function keyOf(label: string, id: string): string {
  return `${label} ${id}`;
}

function fromHex(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length >>> 1);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = Number.parseInt(text.slice(2 * at, 2 * at + 2), 16);
  return bytes;
}

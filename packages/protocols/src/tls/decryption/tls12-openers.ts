import { Direction } from "@weir/model";
import { Extension } from "../../common/tls/extensions.ts";
import type { ClientHello, ServerHello } from "../../common/tls/hello.ts";
import { NONCE_BYTES } from "../../common/tls/key-schedule.ts";
import { type SuiteParameters, suiteParameters } from "../../common/tls/suite-parameters.ts";
import { aeadProtection12 } from "./aead-records.ts";
import { cbcProtection, macBytesOf, rc4Protection } from "./mac-records.ts";
import { prf } from "./prf.ts";
import { RecordOpener, type RecordProtection } from "./record-opener.ts";

const TLS10 = 0x0301;
/** Bytes of a nonce that are not sent (RFC 5288 §3). */
const SALT_BYTES = 4;
const BLOCK_BYTES = 16;

/** What opens one direction's records of TLS 1.0 to 1.2, out of the master secret (RFC 5246 §6.3); undefined for ciphers that are not read. */
export function tls12Opener(
  direction: Direction,
  master: Uint8Array,
  client: ClientHello,
  server: ServerHello,
): RecordOpener | undefined {
  const suite = suiteParameters(server.cipher);
  // SSL 3.0 derives its keys in a way of its own.
  if (suite === undefined || server.version < TLS10) return undefined;
  const lengths = [macBytesOf(suite), suite.keyBytes, ivBytesOf(suite)] as const;
  const total = 2 * (lengths[0] + lengths[1] + lengths[2]);
  const seed = [server.random, client.random];
  const block = prf({ version: server.version, hash: suite.hash }, master, "key expansion", seed, total);
  let at = 0;
  const [macKey, key, iv] = lengths.map((length) => {
    const from = direction === Direction.toServer ? at : at + length;
    at += 2 * length;
    return block.subarray(from, from + length);
  });
  if (macKey === undefined || key === undefined || iv === undefined) return undefined;
  const protection = protectionOf(suite, server, { macKey, key, iv });
  return protection && new RecordOpener(protection);
}

function protectionOf(
  suite: SuiteParameters,
  { version, extensions }: ServerHello,
  keys: { readonly macKey: Uint8Array; readonly key: Uint8Array; readonly iv: Uint8Array },
): RecordProtection | undefined {
  switch (suite.cipher) {
    case "aesCbc":
      return cbcProtection(suite, keys, { version, isMacLast: extensions.includes(Extension.encryptThenMac) });
    case "rc4":
      return rc4Protection(suite, keys);
    case "aesGcm":
    case "aesCcm":
    case "chacha20Poly1305":
      return aeadProtection12(suite, keys);
    default:
      return suite.cipher satisfies never;
  }
}

function ivBytesOf({ cipher }: SuiteParameters): number {
  if (cipher === "aesGcm" || cipher === "aesCcm") return SALT_BYTES;
  if (cipher === "chacha20Poly1305") return NONCE_BYTES;
  return cipher === "aesCbc" ? BLOCK_BYTES : 0;
}

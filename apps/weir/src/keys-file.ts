import { readFile, stat } from "node:fs/promises";
import { WeirError } from "@weir/base";
import { KeyLog } from "@weir/protocols";

/** A key log of a quarter of a million secrets has less. */
const MAX_BYTES = 64 << 20;

/** Reads TLS secrets from a key log file (SSLKEYLOGFILE). */
export async function readKeysFile(path: string): Promise<KeyLog> {
  const form = "It must be a key log as SSLKEYLOGFILE makes it: LABEL CLIENT_RANDOM SECRET, a line each";
  const fail = (why: string, cause?: unknown): never => {
    throw new WeirError("CONFIG_INVALID", `the keys file ${path} ${why}`, form, { cause });
  };
  const size = await stat(path).then(
    (about) => about.size,
    (cause: Error) => fail(`cannot be read: ${cause.message}`, cause),
  );
  if (size > MAX_BYTES) fail("is too large");
  const keyLog = new KeyLog();
  keyLog.add(await readFile(path, "utf8").catch((cause: Error) => fail(`cannot be read: ${cause.message}`, cause)));
  if (keyLog.size === 0) fail("has no secrets in it");
  return keyLog;
}

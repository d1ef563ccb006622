import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { WeirError } from "@weir/base";
import { keyIdOf, publicKeyText } from "../../../control/signature.ts";

/** The key that a hub signs with. */
export interface ControlKey {
  readonly privateKey: KeyObject;
  /** SPKI, Base64. */
  readonly publicKey: string;
  /** Fingerprint of the public key. */
  readonly keyId: string;
}

/** Only for whoever runs the hub. */
const SECRET_MODE = 0o600;

/** The hub's key; made when it is asked for first. Throws CONFIG_INVALID where it cannot be read or written. */
export function openControlKey(file: string): ControlKey {
  try {
    const privateKey = createPrivateKey(readOrMake(file));
    const publicKey = publicKeyText(createPublicKey(privateKey));
    return { privateKey, publicKey, keyId: keyIdOf(publicKey) };
  } catch (cause) {
    throw new WeirError(
      "CONFIG_INVALID",
      `the key for agents in ${file} cannot be used: ${(cause as Error).message}`,
      "Put it back from a backup, or remove it: the hub then makes a new one, and agents must be told (--hub-key, docs/agents.md)",
      { cause },
    );
  }
}

function readOrMake(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const pem = generateKeyPairSync("ed25519").privateKey.export({ format: "pem", type: "pkcs8" }).toString();
  writeFileSync(file, pem, { mode: SECRET_MODE, flag: "wx" });
  return pem;
}

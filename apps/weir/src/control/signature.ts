import { createHash, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { WeirError } from "@weir/base";
import { type Control, controlSchema, type SignedControl } from "@weir/http-contract";

/** Stands before what is signed: a signature of something else is none of this. */
const CONTEXT = "weir agent control 1\n";

/** What agents shall do, signed by the hub's key (Ed25519, RFC 8032). */
export function signControl(control: Control, privateKey: KeyObject): SignedControl {
  const payload = JSON.stringify(control);
  return { payload, signature: sign(null, Buffer.from(CONTEXT + payload), privateKey).toString("base64") };
}

/** What an agent makes of an offer: it does it, has it already, or does not take it, and why. */
export type Reading =
  | { readonly kind: "new"; readonly control: Control }
  | { readonly kind: "same" }
  | { readonly kind: "refused"; readonly version?: number; readonly why: string };

/** Reads an offer against the key that is trusted and the last one that was taken. */
export function readControl(offer: SignedControl, key: KeyObject, last: SignedControl | undefined): Reading {
  if (!isSigned(offer, key)) return { kind: "refused", why: "its signature is not that of the hub's key" };
  if (offer.payload === last?.payload) return { kind: "same" };
  const parsed = controlSchema.safeParse(jsonOf(offer.payload));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return {
      kind: "refused",
      why: `it has another form than this agent knows: ${issue?.path.join(".")}: ${issue?.message}`,
    };
  }
  const { version } = parsed.data;
  const known = last === undefined ? 0 : versionOf(last);
  if (version > known) return { kind: "new", control: parsed.data };
  return { kind: "refused", version, why: `version ${version} is not newer than ${known}, which this agent has` };
}

/** True where the key signed it. */
export function isSigned({ payload, signature }: SignedControl, key: KeyObject): boolean {
  return verify(null, Buffer.from(CONTEXT + payload), key, Buffer.from(signature, "base64"));
}

/** A public key as its text (SPKI, Base64). Throws CONFIG_INVALID where it is none. */
export function publicKeyOf(text: string): KeyObject {
  try {
    const key = createPublicKey({ key: Buffer.from(text, "base64"), format: "der", type: "spki" });
    if (key.asymmetricKeyType === "ed25519") return key;
  } catch {
    // Told below, as the wrong kind of key is.
  }
  throw new WeirError(
    "CONFIG_INVALID",
    "this is no Ed25519 public key",
    "GET /api/agents/config of the hub has it as publicKey",
  );
}

/** The text of a public key. */
export function publicKeyText(key: KeyObject): string {
  return key.export({ format: "der", type: "spki" }).toString("base64");
}

/** A short name for a public key, to compare by eye. */
export function keyIdOf(publicKey: string): string {
  return createHash("sha256").update(Buffer.from(publicKey, "base64")).digest("hex").slice(0, 16);
}

function versionOf({ payload }: SignedControl): number {
  return controlSchema.parse(JSON.parse(payload)).version;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

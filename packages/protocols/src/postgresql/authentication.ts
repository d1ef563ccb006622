import { cString, HEADER_BYTES, uint32 } from "./wire.ts";

/** Authentication requests (PostgreSQL documentation §55.7) that say how a client must prove who it is. */
const METHODS: Readonly<Record<number, string>> = {
  2: "kerberos5",
  3: "password",
  5: "md5",
  6: "scm",
  7: "gss",
  9: "sspi",
};
const SASL = 10;

/** Method that an AuthenticationRequest asks for; undefined for one that goes on with, or ends, what began before. */
export function authenticationMethod(bytes: Uint8Array): string | undefined {
  const kind = uint32(bytes, HEADER_BYTES);
  if (kind === SASL) return cString(bytes, HEADER_BYTES + 4).text.toLowerCase();
  return METHODS[kind];
}

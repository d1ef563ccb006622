import { parseUnixNs, type UnixNs } from "@weir/base";
import type { Certificate } from "./certificate.ts";
import { isWeakSignature } from "./object-identifiers.ts";

/** RSA keys below this are not to be trusted any more (NIST SP 800-131A). */
const MIN_RSA_BITS = 2048;

/**
 * What is wrong with a chain of certificates as far as it can be seen without knowing whom the client trusts: short stable words. `at` is when the
 * chain was sent; without it, dates are not judged.
 */
export function certificateFaults(
  chain: readonly Certificate[],
  serverName: string | undefined,
  at: UnixNs | undefined,
): readonly string[] {
  const [leaf] = chain;
  if (leaf === undefined) return [];
  const faults: string[] = [];
  if (at !== undefined && isAfter(at, leaf.notAfter)) faults.push("expired");
  if (at !== undefined && isAfter(leaf.notBefore, at)) faults.push("notYetValid");
  if (isSelfIssued(leaf)) faults.push("selfSigned");
  if (serverName !== undefined && !isFor(leaf, serverName)) faults.push("nameMismatch");
  if (isBroken(chain)) faults.push("brokenChain");
  // Nobody checks the signature of a root: it is trusted for itself.
  if (chain.some((certificate) => !isSelfIssued(certificate) && isWeakSignature(certificate.signature)))
    faults.push("weakSignature");
  if ((leaf.rsaBits ?? MIN_RSA_BITS) < MIN_RSA_BITS) faults.push("weakKey");
  return faults;
}

function isSelfIssued({ subjectKey, issuerKey }: Certificate): boolean {
  return subjectKey === issuerKey;
}

/** A certificate of the chain whose issuer the server did not send, though it sent others behind it (RFC 5246 §7.4.2). */
function isBroken(chain: readonly Certificate[]): boolean {
  const subjects = new Set(chain.map(({ subjectKey }) => subjectKey));
  return chain.slice(0, -1).some(({ issuerKey }) => !subjects.has(issuerKey));
}

/** RFC 6125 §6.4: one of the names, of which `*` may stand for one label; the common name where there are no names. */
function isFor({ names, subject }: Certificate, serverName: string): boolean {
  const wanted = serverName.toLowerCase().replace(/\.$/, "");
  return (names.length === 0 ? [subject] : names).some((name) => {
    const pattern = name.toLowerCase();
    if (pattern === wanted) return true;
    return pattern.startsWith("*.") && wanted.includes(".") && wanted.slice(wanted.indexOf(".")) === pattern.slice(1);
  });
}

function isAfter(later: UnixNs | string, earlier: UnixNs | string): boolean {
  const [a, b] = [later, earlier].map((time) => (typeof time === "string" ? parseUnixNs(time) : time));
  return a !== undefined && b !== undefined && a > b;
}

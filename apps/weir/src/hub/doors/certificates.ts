import { TLSSocket } from "node:tls";
import type { Context } from "hono";
import type { AccessCertificate } from "./access-file.ts";
import { type Caller, callerOf } from "./rights.ts";

/** A certificate that a caller showed, and that an authority of `--client-ca` signed. */
export interface ShownCertificate {
  /** Its DNS names and URIs (subjectAltName; RFC 5280, section 4.2.1.6). The common name is not asked: it has no form. */
  readonly names: readonly string[];
  readonly validToMs: number;
}

/** Knows callers by their certificates. */
export class Certificates {
  readonly #entries: readonly AccessCertificate[];

  constructor(entries: readonly AccessCertificate[]) {
    this.#entries = entries;
  }

  /** Whose certificate it is, called by the name that is known; undefined where it is nobody's, or over: a connection may outlive it. */
  callerOf({ names, validToMs }: ShownCertificate, nowMs: number): Caller | undefined {
    if (validToMs <= nowMs) return undefined;
    for (const { name: pattern, role, payloads } of this.#entries) {
      const name = names.find((each) => isNamed(each, pattern));
      if (name !== undefined) return callerOf(name, role, payloads);
    }
    return undefined;
  }
}

/** True where a name is the pattern, or its first label is anything and the pattern's is a star (RFC 9525, section 6.3). */
function isNamed(name: string, pattern: string): boolean {
  if (name === pattern) return true;
  return pattern.startsWith("*.") && !name.includes("/") && name.replace(/^[^.]+/, "*") === pattern;
}

/** What each connection has shown; it is read once. */
const SHOWN = new WeakMap<TLSSocket, ShownCertificate | undefined>();

/** The certificate that the caller of a request showed, where it showed one that is to be trusted. */
export function certificateOf({ env }: Context): ShownCertificate | undefined {
  const { incoming } = (env ?? {}) as { readonly incoming?: { readonly socket?: unknown } };
  const socket = incoming?.socket;
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  if (!SHOWN.has(socket)) SHOWN.set(socket, shownBy(socket));
  return SHOWN.get(socket);
}

function shownBy(socket: TLSSocket): ShownCertificate | undefined {
  const { subjectaltname = "", valid_to } = socket.getPeerCertificate();
  // Names with characters that could be taken for the list's own are in quotes, and match nothing.
  const names = subjectaltname.split(", ").flatMap((each) => /^(?:DNS|URI):(.+)$/.exec(each)?.[1] ?? []);
  return names.length === 0 ? undefined : { names, validToMs: Date.parse(valid_to) };
}

import { isIPv4 } from "node:net";
import { WeirError } from "@weir/base";

/** What decides whether a hub may open its door. */
export interface Door {
  /** What listens there. */
  readonly what: string;
  readonly host: string;
  readonly hasTls: boolean;
  readonly hasAccess: boolean;
  readonly insecure: boolean;
}

/** True where only programs on the same host can reach an address. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIPv4(host) && host.startsWith("127."));
}

/** A hub that others can reach needs TLS, and to know who asks; it does not start without, unless it is told so in so many words. */
export function checkDoor({ what, host, hasTls, hasAccess, insecure }: Door): void {
  if (isLoopback(host) || insecure || (hasTls && hasAccess)) return;
  const lacks = [
    ...(hasTls ? [] : ["TLS (--tls-cert, --tls-key)"]),
    ...(hasAccess ? [] : ["authentication (--access)"]),
  ];
  throw new WeirError(
    "USAGE",
    `${what} would listen on ${host}, where others can reach it, without ${lacks.join(" and without ")}`,
    "Give both, listen on 127.0.0.1, or say --insecure",
  );
}

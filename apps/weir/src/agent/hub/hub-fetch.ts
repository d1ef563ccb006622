import { readFileSync } from "node:fs";
import { createSecureContext } from "node:tls";
import { WeirError } from "@weir/base";

/** Files (PEM) by which hub and agent know each other: each is read anew for each connection, so that certificates may be renewed on disk. */
export interface HubTls {
  /** Who signed the hub's certificate; who the system trusts where absent. */
  readonly ca: string | undefined;
  /** The agent's own certificate with its chain, and its key. */
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

/** After so many requests a connection is made anew, with the certificates of then. */
const REQUESTS_PER_CONNECTION = 500;
const UNAUTHENTICATED = 401;
const OPTIONS = { ca: "--hub-ca", cert: "--hub-cert", key: "--hub-cert-key" } as const;

/** What asks the hub: Node's own fetch, or where files are named one that uses them. Throws USAGE and CONFIG_INVALID where they cannot be used. */
export async function hubFetch(url: URL, files: HubTls): Promise<typeof fetch> {
  if (Object.values(files).every((file) => file === undefined)) return fetch;
  if (url.protocol !== "https:")
    throw new WeirError("USAGE", `certificates are for https, and the hub is ${url.origin}`, "Write --hub https://…");
  if ((files.cert === undefined) !== (files.key === undefined))
    throw new WeirError(
      "USAGE",
      "a certificate needs its key, and a key its certificate",
      "Give --hub-cert and --hub-cert-key",
    );
  checkFiles(files);
  // undici: Node's own fetch as a package, which takes certificates; loaded only where there are some.
  const { Agent, buildConnector, fetch: fetchWith } = await import("undici");
  const connect: ReturnType<typeof buildConnector> = (to, done) => {
    try {
      buildConnector(pemsOf(files))(to, done);
    } catch (error) {
      // A file that is just being replaced: the next connection reads it whole.
      done(error as Error, null);
    }
  };
  const connections = () => new Agent({ connect, maxRequestsPerClient: REQUESTS_PER_CONNECTION });
  let dispatcher = connections();
  const ask = async (input: never, init: object) => {
    const answer = await fetchWith(input, { ...init, dispatcher });
    if (answer.status === UNAUTHENTICATED) {
      // The certificate was shown when the connection was made: another one needs another connection.
      void dispatcher.close();
      dispatcher = connections();
    }
    return answer;
  };
  return ask as typeof fetch;
}

function checkFiles(files: HubTls): void {
  for (const [name, file] of Object.entries(files) as [keyof HubTls, string | undefined][]) {
    if (file === undefined) continue;
    try {
      readFileSync(file);
    } catch (cause) {
      const hint = `Check ${OPTIONS[name]}`;
      throw new WeirError("CONFIG_INVALID", `${file} cannot be read: ${(cause as Error).message}`, hint, { cause });
    }
  }
  try {
    createSecureContext(pemsOf(files));
  } catch (cause) {
    throw new WeirError(
      "CONFIG_INVALID",
      `the hub's certificates cannot be used: ${(cause as Error).message}`,
      "All are PEM, and --hub-cert-key is the key of --hub-cert",
      { cause },
    );
  }
}

function pemsOf(files: HubTls): { ca?: string; cert?: string; key?: string } {
  const read = (file: string | undefined) => (file === undefined ? undefined : readFileSync(file, "utf8"));
  const [ca, cert, key] = [read(files.ca), read(files.cert), read(files.key)];
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
}

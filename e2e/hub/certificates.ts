import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";

/** Paths of certificates and keys, PEM. */
export interface Certificates {
  readonly authority: string;
  readonly server: { readonly cert: string; readonly key: string };
  readonly client: { readonly cert: string; readonly key: string };
}

/** Makes an authority, and what it signs: a server's certificate for 127.0.0.1, and a client's. */
export function makeCertificates(folder: string): Certificates {
  const path = (name: string) => join(folder, name);
  const openssl = (...args: readonly string[]) => execFileSync("openssl", args, { stdio: "ignore" });
  const newKey = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  const authority = path("authority.pem");
  openssl(...newKey, "-keyout", path("authority.key"), "-out", authority, "-subj", "/CN=test authority");
  const signed = (name: string, alternative: string) => {
    const [cert, key] = [path(`${name}.pem`), path(`${name}.key`)];
    const names = ["-subj", `/CN=${name}.test`, "-addext", `subjectAltName=${alternative}`];
    openssl(...newKey, "-CA", authority, "-CAkey", path("authority.key"), "-keyout", key, "-out", cert, ...names);
    return { cert, key };
  };
  return {
    authority,
    server: signed("server", "DNS:server.test,IP:127.0.0.1"),
    client: signed("client", "DNS:client.test"),
  };
}

/** An answer's status and body. */
export interface TlsAnswer {
  readonly status: number;
  readonly body: string;
}

/** Asks a server whose certificate the authority of a file signed; with a body it is posted. */
export function askTls(
  url: string,
  authority: string,
  { headers = {}, body }: { readonly headers?: Record<string, string>; readonly body?: string } = {},
): Promise<TlsAnswer> {
  return new Promise((resolve, reject) => {
    const method = body === undefined ? "GET" : "POST";
    const asked = request(url, { method, headers, ca: readFileSync(authority), agent: false }, async (answer) => {
      let text = "";
      for await (const chunk of answer) text += chunk;
      resolve({ status: answer.statusCode ?? 0, body: text });
    });
    asked.once("error", reject);
    asked.end(body);
  });
}

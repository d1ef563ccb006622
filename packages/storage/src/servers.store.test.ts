import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Session } from "./session.ts";
import { startTestEngine, type TestEngine } from "./testing/test-engine.ts";

/** A key and a certificate for 127.0.0.1 that is its own authority. */
function makeCertificate(folder: string): { key: Buffer; cert: Buffer } {
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
  execFileSync(
    "openssl",
    ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-keyout", key, "-out", cert, ...subject],
    { stdio: "ignore" },
  );
  return { key: readFileSync(key), cert: readFileSync(cert) };
}

/** What stands before many ClickHouse servers: something that speaks TLS outside and HTTP inside. */
function serveTls(certificate: { key: Buffer; cert: Buffer }, engineUrl: string): Promise<Server> {
  const server = createServer(certificate, (incoming, outgoing) => {
    const inner = request(
      engineUrl + incoming.url,
      { method: incoming.method, headers: incoming.headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      },
    );
    incoming.pipe(inner);
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

describe("servers, reached over HTTP", () => {
  const folder = mkdtempSync(join(tmpdir(), "weir-tls-"));
  const certificate = makeCertificate(folder);
  let test: TestEngine;
  let proxy: Server;
  const sessions: Session[] = [];
  const openSession = (changes: Partial<TestEngine["engine"]> & { readonly authorities?: Uint8Array }): Session => {
    const { urls, username, password } = test.engine;
    const session = new Session({ urls, username, password, ...changes });
    sessions.push(session);
    return session;
  };
  const one = "SELECT 1 AS one";

  beforeAll(async () => {
    test = await startTestEngine();
    proxy = await serveTls(certificate, test.engine.urls[0] ?? "");
  });

  afterAll(async () => {
    for (const session of sessions) await session.close();
    proxy.close();
    await test.stop();
    rmSync(folder, { recursive: true });
  });

  it("are spoken to over TLS where their certificate is of a known authority, and not where not", async () => {
    const urls = [`https://127.0.0.1:${(proxy.address() as AddressInfo).port}`];
    expect(await openSession({ urls, authorities: certificate.cert }).rows(one, {})).toEqual([{ one: 1 }]);
    await expect(openSession({ urls }).rows(one, {})).rejects.toMatchObject({
      code: "STORAGE_UNREACHABLE",
      message: expect.stringContaining("certificate"),
    });
  });

  it("answer for each other: one that takes no connection is passed over", async () => {
    const urls = ["http://127.0.0.1:1", ...test.engine.urls];
    expect(await openSession({ urls }).rows(one, {})).toEqual([{ one: 1 }]);
    expect(await openSession({ urls }).isAnswering()).toBe(true);
  });

  it("are refused with a word where none takes a connection, and where the password is wrong", async () => {
    await expect(
      openSession({ urls: ["http://127.0.0.1:1", "http://127.0.0.1:2"] }).rows(one, {}),
    ).rejects.toMatchObject({
      code: "STORAGE_UNREACHABLE",
    });
    await expect(openSession({ password: "wrong" }).rows(one, {})).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      message: "the ClickHouse server refuses the user weir or its password",
    });
  });

  it("let the reader read records, and neither files nor addresses nor other users", async () => {
    await openSession({}).command("CREATE TABLE records (id UInt64) ENGINE = MergeTree ORDER BY id");
    const reader = openSession(test.engine.reader);
    expect(await reader.rows("SELECT count() AS rows FROM records", {})).toEqual([{ rows: 0 }]);
    const forbidden = [
      "SELECT * FROM file('/etc/passwd', 'LineAsString')",
      "SELECT * FROM url('http://127.0.0.1:1', 'LineAsString')",
      "SELECT * FROM executable('id', 'TSV', 'x String')",
      "SELECT * FROM remote('127.0.0.1', default, records)",
      "SELECT * FROM system.users",
      "INSERT INTO records VALUES (1)",
      "DROP TABLE records",
      "CREATE TABLE more (id UInt64) ENGINE = Memory",
    ];
    for (const statement of forbidden)
      await expect(reader.rows(statement, {}), statement).rejects.toThrow(/privileges|readonly|Executable/i);
    await expect(openSession({ username: "default", password: "" }).rows("SELECT * FROM records", {})).rejects.toThrow(
      /privileges/,
    );
  });

  it("say in words when the disk is full, and when there is too little memory at the moment", async () => {
    const session = openSession({});
    const settings = "SETTINGS allow_custom_error_code_in_throwif = 1";
    await expect(session.rows(`SELECT throwIf(1, 'x', 243::Int16) ${settings}`, {})).rejects.toMatchObject({
      code: "STORAGE_FULL",
      hint: expect.stringContaining("Free some space"),
    });
    await expect(session.rows(`SELECT throwIf(1, 'x', 202::Int16) ${settings}`, {})).rejects.toMatchObject({
      code: "STORAGE_OVERLOADED",
    });
  });
});

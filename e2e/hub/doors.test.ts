import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningHub, runHub } from "../running-hub.ts";

const weir = fileURLToPath(new URL("../../apps/weir/bin/weir.js", import.meta.url));
const capture = fileURLToPath(new URL("../../demo/recordings/gateway.pcap.gz", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "weir-doors-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Ten thousand, or as many as a process may open here. */
const mayOpen = Number(spawnSync("sh", ["-c", "ulimit -Hn"], { encoding: "utf8" }).stdout) || 10_500;
const IDLE_CONNECTIONS = Math.min(10_000, mayOpen - 500);

/** A token as `weir token` makes it: the secret on stdout, its line for the access file on stderr. */
function makeToken(...options: readonly string[]): { token: string; line: unknown } {
  const { stdout, stderr } = spawnSync(process.execPath, [weir, "token", ...options], { encoding: "utf8" });
  return { token: stdout.trim(), line: JSON.parse(stderr.trim().split("\n").at(-1) ?? "") };
}

const tokens = {
  viewer: makeToken("--name", "reader", "--role", "viewer"),
  payloads: makeToken("--name", "anna", "--role", "viewer", "--payloads"),
  editor: makeToken("--name", "ed", "--role", "editor"),
  admin: makeToken("--name", "root", "--role", "admin"),
  agent: makeToken("--name", "node-7", "--role", "agent"),
  expired: makeToken("--name", "old", "--role", "admin", "--expires", "2020-01-01T00:00:00Z"),
};
const access = join(folder, "access.json");
writeFileSync(access, JSON.stringify({ tokens: Object.values(tokens).map(({ line }) => line) }));

let hub: RunningHub;
beforeAll(async () => {
  hub = await runHub(join(folder, "data"), "--access", access);
});
afterAll(() => hub.stop());

type Who = keyof typeof tokens | "nobody";
const ask = (who: Who, path: string, request: RequestInit = {}) =>
  fetch(`${hub.url}${path}`, {
    ...request,
    headers: { ...(who === "nobody" ? {} : { authorization: `Bearer ${tokens[who].token}` }), ...request.headers },
  });
const upload = (who: Who) =>
  ask(who, "/api/captures?name=gateway.pcap.gz", { method: "POST", body: readFileSync(capture) });

describe("a hub with an access file", () => {
  it("tells strangers only that it is there", async () => {
    expect((await ask("nobody", "/api/health")).status).toBe(200);
    for (const path of ["/api/captures", "/api/calls", "/api/traces", "/api/audit"]) {
      const answer = await ask("nobody", path);
      expect([path, answer.status, answer.headers.get("www-authenticate")]).toEqual([path, 401, 'Bearer realm="weir"']);
    }
  });

  it("takes no token that has expired, or that is none", async () => {
    expect((await ask("expired", "/api/captures")).status).toBe(401);
    const forged = { headers: { authorization: "Bearer weir_AAAA" } };
    expect((await ask("nobody", "/api/captures", forged)).status).toBe(401);
  });

  it("lets each role do what is its own", async () => {
    expect((await upload("viewer")).status).toBe(403);
    expect((await upload("agent")).status).toBe(403);
    expect((await ask("agent", "/api/captures")).status).toBe(403);
    expect((await upload("editor")).status).toBe(202);
    expect((await ask("viewer", "/api/captures")).status).toBe(200);
    expect((await ask("editor", "/api/audit")).status).toBe(403);
  });

  it("shows payloads to those who have the right, and writes down that they read them", async () => {
    const [capture] = await imported();
    const first = async (who: Who) => {
      const answer = await ask(
        who,
        `/api/calls?capture=${capture}&limit=1&filter=${encodeURIComponent("http.method == 'POST'")}`,
      );
      const { items } = (await answer.json()) as { items: Record<string, unknown>[] };
      return items[0];
    };
    expect(await first("viewer")).toMatchObject({ requestHeaders: [], responseHeaders: [] });
    expect(await first("viewer")).not.toHaveProperty("requestBody");
    expect(await first("payloads")).toHaveProperty("requestBody");
    const { connectionId } = (await first("viewer")) as { connectionId: string };
    const packets = `/api/connections/${encodeURIComponent(connectionId)}/packets.pcapng`;
    expect((await ask("viewer", packets)).status).toBe(403);
    expect((await ask("payloads", packets)).status).toBe(200);
    const audit = (await (await ask("admin", "/api/audit")).json()) as { items: Record<string, unknown>[] };
    const rows = audit.items.map(({ caller, action, subject }) => `${caller} ${action} ${subject}`);
    expect(rows).toContain("anna payloadsRead GET /api/calls");
    expect(rows).toContain(`anna payloadsRead GET ${packets.replace(/%3A/g, ":")}`);
    expect(rows).toContain("ed captureAdded POST /api/captures");
    expect(rows).toContain("reader refused POST /api/captures");
    expect(rows.join()).not.toContain("reader payloadsRead");
  });

  it("signs a browser in with a cookie that scripts cannot read, and out again", async () => {
    const signIn = (token: string) =>
      ask("nobody", "/api/session", { method: "POST", body: JSON.stringify({ token }) });
    expect((await signIn("wrong")).status).toBe(401);
    const answer = await signIn(tokens.viewer.token);
    expect(await answer.json()).toEqual({ caller: "reader", rights: ["read"] });
    const cookie = answer.headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/^weir_session=[\w-]{43};.*HttpOnly.*SameSite=Strict/);
    const session = { headers: { cookie: cookie.split(";")[0] ?? "" } };
    expect((await ask("nobody", "/api/captures", session)).status).toBe(200);
    await ask("nobody", "/api/session", { ...session, method: "DELETE" });
    expect((await ask("nobody", "/api/captures", session)).status).toBe(401);
  });

  it("is not fooled by pages of others", async () => {
    const foreign = { origin: "https://evil.example" };
    expect((await ask("editor", "/api/session", { method: "DELETE", headers: foreign })).status).toBe(403);
    expect(await rawStatus("GET /api/health HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")).toBe(403);
  });

  it("takes no filter, name or path for anything else", async () => {
    for (const filter of [
      "1; DROP TABLE calls",
      "call.status == 'x' OR 1=1",
      "file('/etc/passwd')",
      "call.requestBody == 'x'",
    ])
      expect((await ask("viewer", `/api/calls?filter=${encodeURIComponent(filter)}`)).status).toBe(400);
    const quoted = 'call.target == "x\') OR 1=1 --"';
    const answer = await ask("viewer", `/api/calls?filter=${encodeURIComponent(quoted)}`);
    expect(await answer.json()).toEqual({ items: [], total: 0 });
    expect((await ask("viewer", `/api/calls/${encodeURIComponent("x' OR '1'='1")}`)).status).toBe(404);
    await ask("editor", `/api/captures?name=${encodeURIComponent("../../../evil.pcap")}`, {
      method: "POST",
      body: "x",
    });
    expect(readdirSync(folder).sort()).toEqual(["access.json", "data"]);
    expect(
      await rawStatus("GET /../../../../etc/passwd HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
    ).not.toBe(500);
  });

  it("says where it stands to browsers", async () => {
    const { headers } = await ask("nobody", "/");
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
  });

  it("stops whoever tries one token after the other", async () => {
    const statuses: number[] = [];
    for (let index = 0; index < 40; index += 1) {
      const guess = { headers: { authorization: `Bearer weir_guess${index}` } };
      statuses.push((await ask("nobody", "/api/captures", guess)).status);
    }
    expect(statuses[0]).toBe(401);
    expect(statuses.at(-1)).toBe(429);
  });

  it("answers though thousands are connected and say nothing", async () => {
    const { hostname, port } = new URL(hub.url);
    const idle = await Promise.all(
      Array.from({ length: IDLE_CONNECTIONS }, () => {
        const socket = connect(Number(port), hostname);
        return new Promise<typeof socket>((resolve, reject) => {
          socket.once("connect", () => resolve(socket));
          socket.once("error", reject);
        });
      }),
    );
    try {
      expect((await ask("viewer", "/api/captures")).status).toBe(200);
    } finally {
      for (const socket of idle) socket.destroy();
    }
  });
});

describe("a hub that others can reach", () => {
  const start = (...options: readonly string[]) =>
    spawnSync(
      process.execPath,
      [weir, "hub", "--data", join(folder, "other"), "--port", "0", "--host", "0.0.0.0", ...options],
      {
        encoding: "utf8",
        timeout: 30_000,
      },
    );

  it("does not start without TLS and authentication", () => {
    const { status, stderr } = start();
    expect(status).not.toBe(0);
    expect(stderr).toContain("--tls-cert");
    expect(stderr).toContain("--access");
    expect(stderr).toContain("--insecure");
  });

  it("speaks TLS with the certificate that it was given", async () => {
    const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
    const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
    spawnSync("openssl", [
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-days",
      "2",
      "-keyout",
      key,
      "-out",
      cert,
      ...subject,
    ]);
    const tls = await runHub(
      join(folder, "tls"),
      "--host",
      "0.0.0.0",
      "--tls-cert",
      cert,
      "--tls-key",
      key,
      "--access",
      access,
    );
    try {
      const script = `fetch(process.argv[1] + "/api/captures", { headers: { authorization: "Bearer " + process.argv[2] } }).then((answer) => console.log(answer.status))`;
      const { stdout } = spawnSync(process.execPath, ["-e", script, tls.url, tokens.viewer.token], {
        encoding: "utf8",
        env: { ...process.env, NODE_EXTRA_CA_CERTS: cert },
      });
      expect(tls.url).toMatch(/^https:/);
      expect(stdout.trim()).toBe("200");
    } finally {
      await tls.stop();
    }
    rmSync(cert);
    rmSync(key);
    rmSync(join(folder, "tls"), { recursive: true });
  });
});

/** Ids of the captures, once they are imported. */
async function imported(): Promise<string[]> {
  for (;;) {
    const { items } = (await (await ask("viewer", "/api/imports")).json()) as {
      items: { captureId: string; state: string }[];
    };
    const done = items.filter(({ state }) => state === "done");
    if (done.length > 0) return done.map(({ captureId }) => captureId);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Status of a request that `fetch` would not send. */
function rawStatus(text: string): Promise<number> {
  const { hostname, port } = new URL(hub.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.end(text));
    let answer = "";
    socket.on("data", (chunk) => {
      answer += chunk.toString();
    });
    socket.on("end", () => resolve(Number(answer.split(" ")[1])));
    socket.on("error", reject);
  });
}

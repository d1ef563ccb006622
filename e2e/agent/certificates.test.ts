import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newToken } from "../../apps/weir/src/hub/doors/tokens.ts";
import { failedCall, temporaryFolder, weir } from "../cli/weir-read.ts";
import { askTls, makeCertificates } from "../hub/certificates.ts";
import { type RunningHub, runHub } from "../running-hub.ts";
import { AgentProcess } from "./agent-process.ts";

describe("an agent that is known by its certificate", () => {
  const { folder, write } = temporaryFolder();
  const made = (name: string) => {
    const path = join(folder, name);
    mkdirSync(path);
    return makeCertificates(path);
  };
  const ours = made("ours");
  const strangers = made("strangers");
  const { token, sha256 } = newToken();
  const access = write(
    "access.json",
    JSON.stringify({
      tokens: [{ name: "anna", role: "viewer", sha256 }],
      certificates: [{ name: "*.test", role: "agent" }],
    }),
  );
  let hub: RunningHub;
  beforeAll(async () => {
    const tls = ["--tls-cert", ours.server.cert, "--tls-key", ours.server.key, "--client-ca", ours.authority];
    hub = await runHub(join(folder, "data"), ...tls, "--access", access);
  });
  afterAll(() => hub.stop());

  const captures = async () => {
    const headers = { authorization: `Bearer ${token}` };
    const { body } = await askTls(`${hub.url}/api/captures`, ours.authority, { headers });
    return (JSON.parse(body) as { items: { captureId: string }[] }).items.map(
      ({ captureId }) => captureId.split("-")[1],
    );
  };
  const filesOf = (authority: string, { cert, key }: { readonly cert: string; readonly key: string }) => [
    ...["--hub-ca", authority, "--hub-cert", cert, "--hub-cert-key", key],
  ];
  /** Batches that an agent could not send. */
  const waiting = (name: string) => readdirSync(join(folder, name)).filter((file) => file.endsWith(".native"));
  /** Runs an agent to its end; gives the batches that it could not send. */
  const run = async (name: string, files: readonly string[]) => {
    const args = ["--hub", hub.url, "--spool", join(folder, name), "--agent-id", name, "--read", "-", ...files];
    const agent = await AgentProcess.start(args, Readable.from([failedCall().toPcap()]));
    await agent.end();
    return waiting(name);
  };

  it("sends its records without a token, and reads nothing", async () => {
    expect(await run("known", filesOf(ours.authority, ours.client))).toEqual([]);
    expect(await captures()).toEqual(["known"]);
    const { cert, key } = ours.client;
    const answer = spawnSync("curl", [
      ...["--silent", "--cacert", ours.authority, "--cert", cert, "--key", key, `${hub.url}/api/captures`],
    ]);
    expect(JSON.parse(String(answer.stdout))).toMatchObject({
      code: "FORBIDDEN",
      message: expect.stringContaining("client.test"),
    });
  });

  it("is let in neither without it nor with one that somebody else signed, and takes no hub that a stranger signed: its records wait", async () => {
    expect(await run("bare", ["--hub-ca", ours.authority])).not.toEqual([]);
    expect(await run("stranger", filesOf(ours.authority, strangers.client))).not.toEqual([]);
    expect(await run("deceived", filesOf(strangers.authority, ours.client))).not.toEqual([]);
    expect(await captures()).toEqual(["known"]);
  });

  it("uses the one that lies there now: certificates are renewed on disk", async () => {
    const own = { cert: join(folder, "own.pem"), key: join(folder, "own.key") };
    const put = ({ cert, key }: typeof own) => {
      copyFileSync(cert, own.cert);
      copyFileSync(key, own.key);
    };
    put(strangers.client);
    const pipe = new Readable({ read: () => undefined });
    const args = ["--hub", hub.url, "--spool", join(folder, "renewed"), "--agent-id", "renewed", "--read", "-"];
    const agent = await AgentProcess.start([...args, ...filesOf(ours.authority, own)], pipe);
    const clock = async () => ((await agent.status())["hub"] as { clock?: object }).clock;
    pipe.push(failedCall().toPcap());
    await expect.poll(() => waiting("renewed").length, { timeout: 20_000 }).toBeGreaterThan(0);
    expect(await clock()).toBeUndefined();
    put(ours.client);
    await expect.poll(clock, { timeout: 20_000 }).toBeDefined();
    pipe.push(null);
    await agent.end();
    expect(waiting("renewed")).toEqual([]);
    expect(await captures()).toContain("renewed");
  });

  it("starts neither with a key that is another's nor with a certificate for a hub without TLS", () => {
    const start = (hubUrl: string, files: readonly string[]) => {
      const args = ["agent", "--read", "/dev/null", "--no-status-port", "--spool", join(folder, "never")];
      return spawnSync(process.execPath, [weir, ...args, "--hub", hubUrl, ...files], { encoding: "utf8" }).stderr;
    };
    const mixed = { cert: ours.client.cert, key: strangers.client.key };
    expect(start(hub.url, filesOf(ours.authority, mixed))).toContain("--hub-cert-key is the key of --hub-cert");
    expect(start("http://127.0.0.1:1", filesOf(ours.authority, ours.client))).toContain("https");
  });
});

import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, credentials, Metadata, type ServiceError } from "@grpc/grpc-js";
import type { ReceiversView } from "@weir/http-contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningHub, runHub } from "../running-hub.ts";

/** Tokens by role; the file knows their hashes. */
const TOKENS = { agent: "weir_agent-token", editor: "weir_editor-token", viewer: "weir_viewer-token" };
const PATH = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

describe("receivers of a hub that knows who may do what", () => {
  const folder = mkdtempSync(join(tmpdir(), "weir-senders-"));
  let hub: RunningHub;
  let view: ReceiversView;
  const receivers = async () => {
    const headers = { authorization: `Bearer ${TOKENS.viewer}` };
    return (await (await fetch(`${hub.url}/api/receivers`, { headers })).json()) as ReceiversView;
  };
  const addressOf = (name: string) => view.items.find((item) => item.name === name)?.address ?? "";
  const postLogs = (authorization?: string) =>
    fetch(`http://${addressOf("otlp-http")}/v1/logs`, {
      method: "POST",
      body: "{}",
      headers: { "content-type": "application/json", ...(authorization === undefined ? {} : { authorization }) },
    });
  const base64 = (text: string) => Buffer.from(text).toString("base64");

  beforeAll(async () => {
    const tokens = Object.entries(TOKENS).map(([role, token]) => ({
      ...{ name: role, role, sha256: createHash("sha256").update(token).digest("hex") },
    }));
    const access = join(folder, "access.json");
    writeFileSync(access, JSON.stringify({ tokens }));
    hub = await runHub(join(folder, "data"), "--free-receiver-ports", "--access", access);
    view = await receivers();
  });

  afterAll(async () => {
    await hub?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("turn away who sends no token, or one that is not known, and count it", async () => {
    const answer = await postLogs();
    expect([answer.status, answer.headers.get("www-authenticate")]).toEqual([401, 'Bearer realm="weir"']);
    expect(await answer.json()).toMatchObject({ code: 16 });
    expect((await postLogs("Bearer guessed")).status).toBe(401);
    const state = (await receivers()).items.find(({ name }) => name === "otlp-http");
    expect(state?.turnedAway).toMatchObject([{ reason: "unauthenticated", requests: 2 }]);
  });

  it("turn away who may only read", async () => {
    const answer = await postLogs(`Bearer ${TOKENS.viewer}`);
    expect([answer.status, await answer.json()]).toMatchObject([403, { code: 7 }]);
  });

  it.each([
    ["agent, Bearer", `Bearer ${TOKENS.agent}`],
    ["editor, Bearer", `Bearer ${TOKENS.editor}`],
    ["agent, as a password", `Basic ${base64(`any:${TOKENS.agent}`)}`],
    ["agent, as a key of Elasticsearch's", `ApiKey ${base64(`id:${TOKENS.agent}`)}`],
  ])("take what is sent with a token: %s", async (_, authorization) => {
    expect((await postLogs(authorization)).status).toBe(200);
  });

  it("ask by gRPC too", async () => {
    const client = new Client(addressOf("otlp-grpc"), credentials.createInsecure());
    const plain = (bytes: Buffer) => bytes;
    const call = (metadata: Metadata) =>
      new Promise<number>((resolve) => {
        const done = (error: ServiceError | null) => resolve(error?.code ?? 0);
        client.makeUnaryRequest(PATH, plain, plain, Buffer.alloc(0), metadata, done);
      });
    const metadata = new Metadata();
    expect(await call(metadata)).toBe(16);
    metadata.set("authorization", `Bearer ${TOKENS.viewer}`);
    expect(await call(metadata)).toBe(7);
    metadata.set("authorization", `Bearer ${TOKENS.agent}`);
    expect(await call(metadata)).toBe(0);
    client.close();
  });

  it("know Sentry's SDKs by the key in their DSN", async () => {
    const post = (key: string) =>
      fetch(`http://${addressOf("sentry")}/api/42/store/?sentry_key=${key}`, {
        method: "POST",
        body: '{"message":"hi"}',
      });
    expect((await post("public")).status).toBe(401);
    expect((await post(TOKENS.agent)).status).toBe(200);
  });
});

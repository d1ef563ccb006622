import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { temporaryFolder } from "../cli/weir-read.ts";
import { AgentProcess } from "./agent-process.ts";
import { describeOnKernel } from "./kernel.ts";
import { type TestHost, TestNetwork } from "./network.ts";

type Json = Record<string, unknown>;

const serverOf = (key: string, certificate: string) => `
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
const options = { key: readFileSync("${key}"), cert: readFileSync("${certificate}") };
createServer(options, (request, response) =>
  request.resume().on("end", () => response.writeHead(request.url === "/missing" ? 404 : 200).end("x".repeat(20000))),
).listen(443, () => console.log("up"));
`;
/** Answers with more than one record of TLS, in frames that lie anywhere in them. */
const http2ServerOf = (key: string, certificate: string) => `
import { readFileSync } from "node:fs";
import { createSecureServer } from "node:http2";
const server = createSecureServer({ key: readFileSync("${key}"), cert: readFileSync("${certificate}") });
server.on("stream", (stream) => { stream.respond({ ":status": 200 }); stream.end("x".repeat(300_000)); });
server.listen(444, () => console.log("up"));
`;
const nodeClientOf = (server: string) => `
import { Agent, get } from "node:https";
const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
const call = (path) => new Promise((resolve, reject) =>
  get({ host: "${server}", path, agent }, (response) => response.resume().on("end", resolve)).on("error", reject));
for (const path of ["/node-1", "/node-2", "/missing"]) await call(path);
agent.destroy();
`;

describeOnKernel(
  "weir agent --tls-plaintext",
  () => {
    const { folder } = temporaryFolder();
    let network: TestNetwork;
    let client: TestHost;
    let server: TestHost;

    beforeAll(async () => {
      network = new TestNetwork();
      client = network.host("client");
      server = network.host("server");
      const [key, certificate] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
      const request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=shop.example"];
      execFileSync("openssl", [...request, "-keyout", key, "-out", certificate], { stdio: "ignore" });
      await network.node(server, serverOf(key, certificate));
      await network.node(server, http2ServerOf(key, certificate));
    });
    afterAll(() => network.close());

    const watch = (...more: readonly string[]) =>
      AgentProcess.start(["--interface", `eth0@${server.namespace}`, "--bpf", "tcp portrange 443-444", ...more]);
    const httpOf = (records: readonly Json[]) =>
      records.filter(({ kind, protocol }) => kind === "call" && protocol === "http");
    const end = (records: readonly Json[]) => records.filter(({ report }) => report === "end");

    it("sees the HTTP calls that node makes and answers over TLS, on one kept connection", async () => {
      const agent = await watch("--tls-plaintext");
      network.run(client, process.execPath, ["--input-type=module", "--eval", nodeClientOf(server.address)]);
      await agent.until(({ connections }) => connections === 1);
      const { abilities } = (await agent.status()) as { abilities: Json[] };
      const records = await agent.stop();
      expect(httpOf(records).map(({ operation, target, statusCode }) => [operation, target, statusCode])).toEqual([
        ["GET", "/node-1", "200"],
        ["GET", "/node-2", "200"],
        ["GET", "/missing", "404"],
      ]);
      const [connection] = end(records);
      expect(connection).toMatchObject({ protocol: "http", calls: 4, clientProcessName: "node" });
      for (const call of httpOf(records)) expect(call["connectionId"]).toBe(connection?.["connectionId"]);
      expect(abilities).toContainEqual(
        expect.objectContaining({ name: "tlsPlaintext", has: true, cost: expect.objectContaining({ lostEvents: 0 }) }),
      );
    });

    it("sees those of curl, and of openssl's own client, at once", async () => {
      const agent = await watch("--tls-plaintext");
      network.run(client, "curl", ["-sk", `https://${server.address}/curl`]);
      const ask = `printf 'GET /s_client HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n' | openssl s_client -quiet -connect ${server.address}:443`;
      network.run(client, "sh", ["-c", `${ask} 2>/dev/null`]);
      await agent.until(({ connections }) => connections === 2);
      const records = await agent.stop();
      const byTarget = new Map(httpOf(records).map((call) => [call["target"], call]));
      expect([...byTarget.keys()].sort()).toEqual(["/curl", "/s_client"]);
      for (const { connectionId, clientProcessName } of end(records))
        expect([...byTarget.values()].find((call) => call["connectionId"] === connectionId)?.["target"]).toBe(
          clientProcessName === "curl" ? "/curl" : "/s_client",
        );
    });

    it("sees calls of HTTP/2 with large answers, one after the other on one connection", async () => {
      const agent = await watch("--tls-plaintext");
      const urls = [1, 2, 3].map((number) => `https://${server.address}:444/large-${number}`);
      network.run(client, "sh", ["-c", `curl -sk --http2 ${urls.join(" ")} > /dev/null`]);
      await agent.until(({ connections }) => connections === 1);
      const records = await agent.stop();
      expect(httpOf(records).map(({ target, status, statusCode }) => [target, status, statusCode])).toEqual([
        ["/large-1", "ok", "200"],
        ["/large-2", "ok", "200"],
        ["/large-3", "ok", "200"],
      ]);
    });

    it("reads nothing unless it is asked to", async () => {
      const agent = await watch();
      expect(agent.greeting).not.toContain("inside of TLS");
      network.run(client, "curl", ["-sk", `https://${server.address}/curl`]);
      await agent.until(({ connections }) => connections === 1);
      expect(httpOf(await agent.stop())).toEqual([]);
    });
  },
  { abilities: ["kernelSockets", "tlsPlaintext"] },
);

import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeOnKernel } from "./kernel.ts";
import { printed, type TestHost, TestNetwork } from "./network.ts";

const SERVER = `
import { createServer } from "node:http";
createServer((request, response) => response.end("here")).listen(8080, () => console.log("up"));
`;
/** Asks the Service's address once, and is gone. */
const CLIENT = `
import { get } from "node:http";
get({ host: "10.96.0.10", agent: false }, (response) => response.resume().on("end", () => process.exit()));
`;
const listener = fileURLToPath(new URL("print-translations.ts", import.meta.url));

describeOnKernel("the kernel's events of connection tracking", () => {
  let network: TestNetwork;
  let client: TestHost;
  let server: TestHost;

  beforeAll(async () => {
    network = new TestNetwork();
    client = network.host("client");
    server = network.host("server");
    await network.node(server, SERVER);
    network.run(client, "ip", ["route", "add", "10.96.0.0/16", "via", server.address]);
    for (const rule of [
      "add table ip nat",
      "add chain ip nat output { type nat hook output priority -100 ; }",
      `add rule ip nat output ip daddr 10.96.0.10 tcp dport 80 dnat to ${server.address}:8080`,
    ])
      network.run(client, "nft", [rule]);
  });
  afterAll(() => network.close());

  it("tell who answers for a Service's address, of a connection that lives a moment", async () => {
    const listening = network.start(client, process.execPath, ["--import", "tsx", listener]);
    await printed(listening.stderr, /listening/);
    network.run(client, process.execPath, ["--input-type=module", "--eval", CLIENT]);
    expect(JSON.parse(await printed(listening.stdout, /\n/))).toMatchObject({
      kind: "begins",
      translation: {
        clientAddress: client.address,
        askedAddress: "10.96.0.10",
        askedPort: 80,
        answeringAddress: server.address,
        answeringPort: 8080,
      },
    });
  });
});

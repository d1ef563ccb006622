import { existsSync, mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { AgentProcess } from "./agent-process.ts";
import { describeOnKernel } from "./kernel.ts";
import { type TestHost, TestNetwork } from "./network.ts";

const SERVER = `
import { createServer } from "node:net";
createServer((socket) => socket.on("error", () => undefined).pipe(socket)).listen(7000, () => console.log("up"));
`;
/** Holds one connection for half a second. */
const clientOf = (server: string) => `
import { connect } from "node:net";
const socket = connect(7000, "${server}", () => socket.write("hello"));
setTimeout(() => socket.end(), 500);
`;
const CONTAINER = "c0de".repeat(16);
/** A hierarchy of control groups: the one there is (v2), or one of several (v1). */
const CGROUPS = ["/sys/fs/cgroup", "/sys/fs/cgroup/pids"].find((folder) => existsSync(`${folder}/cgroup.procs`));

describeOnKernel("weir agent and the processes behind connections", () => {
  let network: TestNetwork;
  let client: TestHost;
  let server: TestHost;
  let serverPid: number | undefined;
  const cgroup = `${CGROUPS}/docker-${CONTAINER}.scope`;

  beforeAll(async () => {
    network = new TestNetwork();
    client = network.host("client");
    server = network.host("server");
    serverPid = (await network.node(server, SERVER)).pid;
    if (CGROUPS === undefined) return;
    mkdirSync(cgroup);
    writeFileSync(`${cgroup}/cgroup.procs`, String(serverPid));
  });
  afterAll(async () => {
    await network.close();
    if (CGROUPS !== undefined) rmdirSync(cgroup);
  });

  it("names both, in other network namespaces, without the secrets of their command lines", async () => {
    const agent = await AgentProcess.start(["--interface", `eth0@${server.namespace}`, "--bpf", "tcp port 7000"]);
    network.run(client, process.execPath, [
      "--input-type=module",
      "--eval",
      clientOf(server.address),
      "--",
      "--password=hunter2",
    ]);
    await agent.until(({ connections }) => connections === 1);
    const { processes } = await agent.status();
    const end = (await agent.stop()).find(({ kind, report }) => kind === "connection" && report === "end");
    expect(end).toMatchObject({
      clientProcessName: "node",
      clientProcessExecutable: process.execPath,
      clientProcessCommand: expect.stringMatching(/--password=\*\*\*$/),
      serverProcessPid: serverPid,
      serverProcessName: "node",
      serverProcessUser: "root",
      ...(CGROUPS !== undefined && { serverContainerId: CONTAINER }),
    });
    expect(processes).toMatchObject({ readings: expect.any(Number) });
  });

  it("says why it does not know one", async () => {
    const agent = await AgentProcess.start(["--interface", `eth0@${server.namespace}`, "--bpf", "tcp port 7001"]);
    network.run(client, process.execPath, [
      "--input-type=module",
      "--eval",
      `${clientOf(server.address).replace("7000", "7001")} socket.on("error", () => process.exit(0));`,
    ]);
    await agent.until(({ connections }) => connections === 1);
    const end = (await agent.stop()).find(({ report }) => report === "end");
    expect(end).toMatchObject({ closeReason: "refused", serverProcessUnknown: "gone" });
  });
});

import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server as HttpServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Server, ServerCredentials, type ServiceDefinition } from "@grpc/grpc-js";
import type { Connection } from "@weir/model";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ContainerNames } from "./container-names.ts";
import { runtimeService } from "./cri-service.ts";
import { parseEngines, USUAL_ENGINES } from "./engine.ts";

const ID = "c0de".repeat(16);
let folder: string;
const closing: (() => void)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "weir-engine-"));
});
afterEach(() => {
  for (const close of closing.splice(0)) close();
  rmSync(folder, { recursive: true });
});

/** Answers as Docker does, on a socket of its own; also with what must not come out. */
async function docker(): Promise<{ readonly socket: string; readonly asked: string[] }> {
  const socket = join(folder, "docker.sock");
  const asked: string[] = [];
  const server: HttpServer = createServer((request, response) => {
    const url = new URL(request.url ?? "", "http://docker");
    asked.push(url.pathname);
    const { id = [] } = JSON.parse(url.searchParams.get("filters") ?? "{}") as { id?: string[] };
    const found = id.includes(ID)
      ? [{ Id: ID, Names: ["/proxy/orders", "/orders"], Image: "orders:1", Command: "run --password=hunter2" }]
      : [];
    response.end(JSON.stringify(found));
  }).listen(socket);
  await once(server, "listening");
  closing.push(() => server.close());
  return { socket, asked };
}

/** Answers as containerd and CRI-O do, on a socket of its own. */
async function cri(): Promise<string> {
  const socket = join(folder, "cri.sock");
  const server = new Server();
  server.addService(runtimeService as ServiceDefinition, {
    ListContainers(call: { request: { filter?: { id: string } } }, done: (error: null, answer: object) => void) {
      const container = {
        id: ID,
        metadata: { name: "sandbox-name" },
        image: { image: "registry.example/orders:2" },
        labels: {
          "io.kubernetes.container.name": "main",
          "io.kubernetes.pod.name": "orders-1",
          "io.kubernetes.pod.namespace": "shop",
          "io.kubernetes.pod.uid": "11111111-2222-3333-4444-555555555555",
        },
      };
      done(null, { containers: call.request.filter?.id === ID ? [container] : [] });
    },
  });
  await new Promise((resolve) => server.bindAsync(`unix:${socket}`, ServerCredentials.createInsecure(), resolve));
  closing.push(() => server.forceShutdown());
  return socket;
}

/** A connection of a client in this container, named as far as can be. */
async function named(names: ContainerNames, id = ID): Promise<Connection> {
  const connection = { clientContainerId: id } as Connection;
  await vi.waitUntil(() => !names.name(connection), { timeout: 5_000, interval: 5 });
  return connection;
}

describe("the name of a container", () => {
  it("is asked of Docker, once", async () => {
    const { socket, asked } = await docker();
    const names = await ContainerNames.open([{ kind: "docker", socket }]);
    expect(await named(names)).toEqual({
      clientContainerId: ID,
      clientContainerName: "orders",
      clientContainerImage: "orders:1",
    });
    await named(names);
    expect(asked).toEqual(["/containers/json"]);
    expect(names.status).toMatchObject({ named: 1, waiting: 0, engines: [{ has: true }] });
    await names.close();
  });

  it("is asked of containerd or CRI-O: what its pod calls it, and the pod", async () => {
    const names = await ContainerNames.open([{ kind: "cri", socket: await cri() }]);
    expect(await named(names)).toMatchObject({
      clientContainerName: "main",
      clientContainerImage: "registry.example/orders:2",
      clientK8sNamespaceName: "shop",
      clientK8sPodName: "orders-1",
      clientK8sPodUid: "11111111-2222-3333-4444-555555555555",
    });
    await names.close();
  });

  it("is its pod's where that is known: nobody is asked", async () => {
    const { socket, asked } = await docker();
    const names = await ContainerNames.open([{ kind: "docker", socket }]);
    expect(names.name({ clientContainerId: ID, clientContainerName: "main" } as Connection)).toBe(false);
    expect(asked).toEqual([]);
  });
});

describe("why it is not known", () => {
  it("is said: no engine has it, none is there, or it does not answer", async () => {
    const { socket } = await docker();
    const there = await ContainerNames.open([{ kind: "docker", socket }]);
    expect(await named(there, "beef".repeat(16))).toMatchObject({ clientContainerUnknown: "notFound" });

    const nothing = await ContainerNames.open([{ kind: "docker", socket: join(folder, "absent.sock") }]);
    expect(await named(nothing)).toMatchObject({ clientContainerUnknown: "noEngine" });
    expect(nothing.status.engines).toEqual([
      { socket: join(folder, "absent.sock"), has: false, why: "there is no such socket" },
    ]);

    for (const close of closing.splice(0)) close();
    expect(await named(there, "dead".repeat(16))).toMatchObject({ clientContainerUnknown: "noAnswer" });
    expect(there.status.engines).toEqual([{ socket, has: false, why: expect.stringContaining("does not answer") }]);
  });

  it("is that too many are asked for: a thousand wait at most", async () => {
    const { socket } = await docker();
    const names = await ContainerNames.open([{ kind: "docker", socket }]);
    for (let number = 0; number < 1_000; number += 1) names.name({ clientContainerId: `c${number}` } as Connection);
    const late = { clientContainerId: "late" } as Connection;
    names.name(late);
    expect(late.clientContainerUnknown).toBe("tooMany");
    await names.close();
  });
});

it("engines are told by kind and socket", () => {
  expect(parseEngines(USUAL_ENGINES)).toEqual([
    { kind: "docker", socket: "/var/run/docker.sock" },
    { kind: "docker", socket: "/run/podman/podman.sock" },
    { kind: "cri", socket: "/run/containerd/containerd.sock" },
    { kind: "cri", socket: "/var/run/crio/crio.sock" },
  ]);
  expect(parseEngines("docker:relative,podman:/x")).toEqual([undefined, undefined]);
});

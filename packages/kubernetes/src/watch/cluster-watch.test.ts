import { CoreV1Api, KubeConfig, makeInformer, type V1Pod } from "@kubernetes/client-node";
import { type ClusterChange, ClusterHistory, resolveWorkload } from "@weir/identity";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ClusterSource } from "../api/kube-config.ts";
import { endpointSliceObject, KubernetesApiServer, nodeObject, podObject, serviceObject } from "../testing/index.ts";
import { ClusterWatch } from "./cluster-watch.ts";
import { REAL_PACING } from "./pacing.ts";

let server: KubernetesApiServer;
let watch: ClusterWatch | undefined;
beforeEach(async () => {
  server = await KubernetesApiServer.start();
});
afterEach(async () => {
  await watch?.stop();
  watch = undefined;
  await server.close();
  vi.unstubAllEnvs();
});

/** Follows the server; pauses are taken note of, and are short. */
function follow({ node, source, root }: { node?: string; source?: ClusterSource; root?: string } = {}) {
  const changes: ClusterChange[] = [];
  const pauses: number[] = [];
  const history = new ClusterHistory();
  watch = new ClusterWatch({
    source: source ?? { kind: "kubeconfig", path: server.kubeconfig() },
    node,
    ...(root !== undefined && { root }),
    pacing: {
      now: () => Date.now(),
      random: () => 0.5,
      pause: async (durationMs, signal) => {
        pauses.push(durationMs);
        await REAL_PACING.pause(5, signal);
      },
    },
    sink: (batch) => {
      changes.push(...batch);
      for (const change of batch) history.apply(change);
    },
  });
  watch.start();
  const status = (kind: string) => watch?.status.kinds.find((each) => each.kind === kind);
  const podAt = (address: string) => resolveWorkload(history, { address, unixMs: Date.now() }).pod?.name;
  return { changes, pauses, history, status, podAt };
}

const until = (condition: () => boolean) => vi.waitUntil(condition, { timeout: 10_000, interval: 5 });
const allWatched = () =>
  (["pods", "services", "nodes", "endpointslices"] as const).every((kind) => server.watches(kind) === 1);

describe("following a cluster", () => {
  it("lists each kind once, one after the other, and then takes changes as they come", async () => {
    server.put("nodes", nodeObject("node-1", "192.168.0.1"));
    server.put("pods", podObject("orders-1", "10.1.0.5"));
    server.put("services", serviceObject("orders", "10.96.0.10"));
    server.put("endpointslices", endpointSliceObject("orders", [["orders-1", "10.1.0.5"]]));
    server.delayLists(20);
    const { history, podAt } = follow();
    await until(allWatched);
    expect(server.requests.filter(({ isWatch }) => !isWatch).map(({ kind }) => kind)).toEqual([
      "nodes",
      "pods",
      "services",
      "endpointslices",
    ]);
    expect(server.mostListsAtOnce).toBe(1);
    expect(watch?.status).toMatchObject({ isReachable: true, server: `https://127.0.0.1:${server.port}` });
    expect(resolveWorkload(history, { address: "10.96.0.10", unixMs: Date.now() })).toMatchObject({
      namespace: "shop",
      pod: { name: "orders-1" },
      owner: { kind: "Deployment", name: "orders" },
      labels: { "app.kubernetes.io/name": "orders", tier: "backend" },
      zone: "zone-a",
      service: "orders",
    });

    server.put("pods", podObject("payments-1", "10.1.0.6"));
    await until(() => podAt("10.1.0.6") === "payments-1");
    server.remove("pods", "payments-1", "shop");
    await until(() => podAt("10.1.0.6") === undefined);
  });

  it("reads long lists page by page", async () => {
    for (let number = 0; number < 1_201; number += 1) server.put("pods", podObject(`p-${number}`, "10.1.0.5"));
    const { status } = follow();
    await until(allWatched);
    expect(server.lists("pods").map(({ query }) => query.get("limit"))).toEqual(["500", "500", "500"]);
    expect(status("pods")).toMatchObject({ objects: 1_201, lists: 1 });
  });

  it("asks only for pods of its node where it has one, and loses those that leave it", async () => {
    server.put("pods", podObject("here", "10.1.0.5"));
    server.put("pods", podObject("there", "10.1.9.5", { node: "node-2" }));
    const { podAt } = follow({ node: "node-1" });
    await until(allWatched);
    expect([podAt("10.1.0.5"), podAt("10.1.9.5")]).toEqual(["here", undefined]);
    server.put("pods", podObject("here", "10.1.0.5", { node: "node-2" }));
    await until(() => podAt("10.1.0.5") === undefined);
  });

  it("keeps nothing of environment and annotations", async () => {
    server.put("pods", podObject("orders-1", "10.1.0.5"));
    const { changes } = follow();
    await until(allWatched);
    expect(JSON.stringify(changes)).toContain("orders-1");
    expect(JSON.stringify(changes)).not.toContain("hunter2");
  });
});

describe("when the server does not play along", () => {
  it("a watch that breaks off goes on where it was: nothing is lost, nothing is listed again", async () => {
    const { podAt, status } = follow();
    await until(allWatched);
    server.put("pods", podObject("orders-1", "10.1.0.5"));
    await until(() => podAt("10.1.0.5") === "orders-1");
    server.dropWatches();
    server.put("pods", podObject("orders-2", "10.1.0.6"));
    await until(() => podAt("10.1.0.6") === "orders-2" && allWatched());
    server.endWatches();
    server.put("pods", podObject("orders-3", "10.1.0.7"));
    await until(() => podAt("10.1.0.7") === "orders-3" && allWatched());
    expect(status("pods")).toMatchObject({ lists: 1, objects: 3, state: "watching" });
  });

  it("goes on from a bookmark, where nothing else happened since", async () => {
    const { status } = follow();
    await until(allWatched);
    server.bookmark("pods");
    await until(() => status("pods")?.bookmarks === 1);
    server.compact();
    server.bookmark("pods");
    await until(() => status("pods")?.bookmarks === 2);
    server.dropWatches();
    await until(() => server.watches("pods") === 1);
    expect(status("pods")?.lists).toBe(1);
  });

  it.each(["by its status", "in the watch"])("makes one new list when its version is gone, said %s", async (how) => {
    server.saysGoneInWatch = how === "in the watch";
    server.put("pods", podObject("orders-1", "10.1.0.5"));
    const { podAt, pauses, status } = follow();
    await until(allWatched);
    server.compact();
    server.dropWatches();
    server.remove("pods", "orders-1", "shop");
    server.put("pods", podObject("orders-2", "10.1.0.6"));
    server.compact();
    await until(() => podAt("10.1.0.6") === "orders-2" && allWatched());
    // What went away while nobody watched is gone.
    expect(podAt("10.1.0.5")).toBeUndefined();
    expect(status("pods")).toMatchObject({ lists: 2, objects: 1 });
    // Chance spreads those lists: half of five seconds here.
    expect(pauses.filter((pause) => pause > 2_500).length).toBeGreaterThanOrEqual(1);
    expect(server.mostListsAtOnce).toBe(1);
  });

  it("waits as long as it is told to, and longer each time where it is told nothing", async () => {
    server.throttle(3, 7);
    const { pauses } = follow();
    await until(() => server.watches("nodes") === 1);
    expect(server.requests.filter(({ status }) => status === 429)).toHaveLength(3);
    expect(pauses.slice(0, 3)).toEqual([8_750, 8_750, 8_750]);
  });

  it("waits twice as long each time while it cannot be reached, and says so", async () => {
    const { pauses, status } = follow();
    await until(allWatched);
    server.unplug();
    await until(() => pauses.length > 30);
    expect(status("nodes")).toMatchObject({ state: "failing", problem: expect.stringContaining("cannot be reached") });
    expect(watch?.status.isReachable).toBe(false);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(60_000);
    expect(pauses.some((pause) => pause > 10_000)).toBe(true);
  });

  it("counts what is no event, and goes on", async () => {
    const { podAt, status } = follow();
    await until(allWatched);
    server.garble("pods");
    server.put("pods", podObject("orders-1", "10.1.0.5"));
    await until(() => podAt("10.1.0.5") === "orders-1");
    expect(status("pods")?.unreadable).toBe(1);
  });

  it("takes up a service account's token that was renewed on disk", async () => {
    vi.stubEnv("KUBERNETES_SERVICE_HOST", "127.0.0.1");
    vi.stubEnv("KUBERNETES_SERVICE_PORT", String(server.port));
    const account = server.serviceAccount();
    const { podAt, status } = follow({ source: { kind: "inCluster" }, root: account.root });
    await until(allWatched);
    server.tokens = ["second-token"];
    server.dropWatches();
    await until(() => server.requests.some((each) => each.status === 401));
    expect(status("pods")?.lists).toBe(1);
    account.token("second-token");
    server.put("pods", podObject("orders-1", "10.1.0.5"));
    await until(() => podAt("10.1.0.5") === "orders-1" && allWatched());
    expect(status("pods")).toMatchObject({ lists: 1, problem: undefined });
  });
});

describe("the server of these tests", () => {
  it("is one that the official client's own lists, watches and informers agree with", async () => {
    const config = new KubeConfig();
    config.loadFromFile(server.kubeconfig());
    server.put("pods", podObject("orders-1", "10.1.0.5"));
    const api = config.makeApiClient(CoreV1Api);
    const listed = await api.listPodForAllNamespaces({ limit: 10 });
    expect(listed.items.map(({ status }) => status?.podIP)).toEqual(["10.1.0.5"]);
    const informer = makeInformer<V1Pod>(config, "/api/v1/pods", () => api.listPodForAllNamespaces());
    const seen: string[] = [];
    informer.on("add", ({ metadata }) => seen.push(`+${metadata?.name}`));
    informer.on("delete", ({ metadata }) => seen.push(`-${metadata?.name}`));
    await informer.start();
    await until(() => server.watches("pods") === 1);
    server.put("pods", podObject("orders-2", "10.1.0.6"));
    server.remove("pods", "orders-1", "shop");
    await until(() => seen.length === 3);
    await informer.stop();
    expect(seen).toEqual(["+orders-1", "+orders-2", "-orders-1"]);
  });
});

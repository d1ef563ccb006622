import { describe, expect, it } from "vitest";
import type { ClusterChange, ClusterKind, ClusterObjects, Pod } from "./cluster-change.ts";
import { ClusterHistory } from "./cluster-history.ts";
import { resolveWorkload } from "./resolve.ts";

const CONTAINER = "c0de".repeat(16);

const pod = (name: string, fields: Partial<Pod> = {}): Pod => ({
  uid: `uid-${name}`,
  name,
  namespace: "shop",
  labels: { "app.kubernetes.io/name": name.replace(/-.*/, "") },
  owner: { kind: "Deployment", name: name.replace(/-.*/, "") },
  node: "node-1",
  addresses: ["10.1.0.5"],
  isHostNetwork: false,
  containers: [],
  startedUnixMs: 1_000,
  ...fields,
});

/** A history of objects as they came, each at its time. */
class Told {
  readonly history = new ClusterHistory();

  put<Kind extends ClusterKind>(kind: Kind, key: string, object: ClusterObjects[Kind] | undefined, atUnixMs = 1_500) {
    return this.history.apply({ kind, key, object, atUnixMs } as ClusterChange);
  }

  pod(it: Pod, atUnixMs?: number) {
    return this.put("pods", it.uid, it, atUnixMs);
  }

  node(name: string, address: string) {
    this.put("nodes", `uid-${name}`, {
      name,
      zone: "zone-a",
      addresses: [address],
      podNetworks: ["10.1.0.0/24"],
      createdUnixMs: 0,
    });
  }

  service(name: string, address: string, pods: readonly Pod[]) {
    this.put("services", `uid-${name}`, { name, namespace: "shop", addresses: [address], createdUnixMs: 0 });
    return this.slice(name, pods, 1_500);
  }

  slice(service: string, pods: readonly Pod[], changedUnixMs: number) {
    const endpoints = pods.flatMap(({ addresses, uid, name, namespace }) =>
      addresses.map((address) => ({ address, isReady: true, zone: "zone-b", pod: { uid, name, namespace } })),
    );
    const name = `${service}-x1`;
    const object = { name, namespace: "shop", service, endpoints, changedUnixMs };
    return this.put("endpointslices", `uid-${name}`, object, changedUnixMs);
  }

  at(
    address: string,
    unixMs = 2_000,
    more: { containerId?: string; podUid?: string; translatedAddress?: string } = {},
  ) {
    return resolveWorkload(this.history, { address, unixMs, ...more });
  }
}

describe("who is at an address of a cluster", () => {
  it("is its pod, with namespace, owner, node and zone, and the Service that it is behind", () => {
    const told = new Told();
    const orders = pod("orders-7d4b9c-x1");
    told.node("node-1", "192.168.0.1");
    told.pod(orders);
    told.service("orders", "10.96.0.10", [orders]);
    expect(told.at("10.1.0.5")).toEqual({
      namespace: "shop",
      pod: { name: "orders-7d4b9c-x1", uid: "uid-orders-7d4b9c-x1" },
      labels: { "app.kubernetes.io/name": "orders" },
      owner: { kind: "Deployment", name: "orders" },
      node: "node-1",
      zone: "zone-a",
      service: "orders",
      container: undefined,
    });
  });

  it("is not forgotten because one that has ended is told of again and again", () => {
    const told = new Told();
    told.pod(pod("orders-1", { endedUnixMs: 2_000 }));
    for (let time = 0; time < 50; time += 1)
      told.pod(pod("import-1", { startedUnixMs: 3_000, endedUnixMs: 4_000 }), 4_000 + time);
    expect(told.at("10.1.0.5", 1_500)).toMatchObject({ pod: { name: "orders-1" } });
    expect(told.history.counts.dropped).toBe(0);
  });

  it("stays the pod that had it then, when another has it now", () => {
    const told = new Told();
    const first = pod("orders-1");
    told.pod(first);
    told.put("pods", first.uid, undefined, 5_000);
    told.pod(pod("payments-1", { startedUnixMs: 8_000 }), 9_000);
    expect([1_000, 4_999, 6_000, 8_000].map((unixMs) => told.at("10.1.0.5", unixMs))).toMatchObject([
      { pod: { name: "orders-1" } },
      { pod: { name: "orders-1" } },
      { unknown: "notYetKnown" },
      { pod: { name: "payments-1" } },
    ]);
  });

  it("is no longer a pod whose containers have ended, although its object is still there", () => {
    const told = new Told();
    told.pod(pod("import-1"));
    told.pod(pod("import-1", { endedUnixMs: 3_000 }));
    told.pod(pod("orders-1", { startedUnixMs: 4_000 }));
    expect(told.at("10.1.0.5", 2_999).pod?.name).toBe("import-1");
    expect(told.at("10.1.0.5", 3_500).unknown).toBe("notYetKnown");
    expect(told.at("10.1.0.5", 4_500).pod?.name).toBe("orders-1");
  });

  it("is the later one of two pods where the end of the first was missed", () => {
    const told = new Told();
    told.pod(pod("orders-1"));
    told.pod(pod("payments-1", { startedUnixMs: 7_000 }));
    expect([6_999, 7_000].map((unixMs) => told.at("10.1.0.5", unixMs).pod?.name)).toEqual(["orders-1", "payments-1"]);
  });

  it("is ambiguous where two pods claim it from the same moment; what they agree on is told", () => {
    const told = new Told();
    told.pod(pod("orders-1"));
    told.pod(pod("payments-1"));
    expect(told.at("10.1.0.5")).toEqual({ namespace: "shop", owner: undefined, unknown: "ambiguous" });
  });

  it("is told apart from the node's own where pods use the node's network", () => {
    const told = new Told();
    told.node("node-1", "192.168.0.1");
    const proxy = pod("proxy-1", {
      addresses: ["192.168.0.1"],
      isHostNetwork: true,
      containers: [{ id: CONTAINER, name: "proxy", image: "proxy:1" }],
    });
    told.pod(proxy);
    expect(told.at("192.168.0.1")).toEqual({ node: "node-1", zone: "zone-a", unknown: "hostNetwork" });
    expect(told.at("192.168.0.1", 2_000, { containerId: CONTAINER })).toMatchObject({
      pod: { name: "proxy-1" },
      container: { name: "proxy", image: "proxy:1" },
    });
    expect(told.at("127.0.0.1", 2_000, { containerId: CONTAINER }).pod?.name).toBe("proxy-1");
  });

  it("is outside where nothing of the cluster has it, and not yet known where a pod may", () => {
    const told = new Told();
    told.node("node-1", "192.168.0.1");
    expect(told.at("203.0.113.9").unknown).toBe("outside");
    expect(told.at("10.1.0.77").unknown).toBe("notYetKnown");
    expect(told.at("127.0.0.1").unknown).toBe("ambiguous");
    expect(told.at("203.0.113.9", 2_000, { podUid: "uid-new" }).unknown).toBe("notYetKnown");
  });

  it("is known of pods on other nodes by what EndpointSlices say", () => {
    const told = new Told();
    told.service("orders", "10.96.0.10", [pod("orders-9", { addresses: ["10.1.9.9"] })]);
    expect(told.at("10.1.9.9")).toMatchObject({
      namespace: "shop",
      pod: { name: "orders-9" },
      zone: "zone-b",
      service: "orders",
    });
  });
});

describe("who is behind a Service's address", () => {
  const [one, two] = [pod("orders-1"), pod("orders-2", { addresses: ["10.1.0.6"] })];
  const behind = (...pods: readonly Pod[]) => {
    const told = new Told();
    for (const each of pods) told.pod(each);
    told.service("orders", "10.96.0.10", pods);
    return told;
  };

  it("is the only pod that there is", () => {
    expect(behind(one).at("10.96.0.10")).toMatchObject({ service: "orders", pod: { name: "orders-1" } });
  });

  it("is the pod that the node's address translation chose", () => {
    const answer = behind(one, two).at("10.96.0.10", 2_000, { translatedAddress: "10.1.0.6" });
    expect(answer).toMatchObject({ service: "orders", pod: { name: "orders-2" } });
  });

  it("is ambiguous without it; what all have in common is told", () => {
    const answer = behind(one, two).at("10.96.0.10");
    expect(answer).toEqual({
      namespace: "shop",
      service: "orders",
      owner: { kind: "Deployment", name: "orders" },
      unknown: "ambiguous",
    });
  });

  it("is who was there then", () => {
    const told = behind(one, two);
    told.slice("orders", [two], 5_000);
    expect(told.at("10.96.0.10", 4_000).unknown).toBe("ambiguous");
    expect(told.at("10.96.0.10", 6_000).pod?.name).toBe("orders-2");
  });

  it("gives the address the name of the pods' service, where they agree", () => {
    const told = new Told();
    told.pod(one);
    expect(told.service("orders-internal", "10.96.0.10", [one])).toEqual([
      { address: "10.96.0.10", name: "orders", fromUnixMs: 1_500 },
    ]);
  });
});

describe("the limits of a cluster's history", () => {
  it("are visible", () => {
    const told = new Told();
    told.pod(pod("orders-1"));
    expect(told.history.counts).toEqual({
      pods: 1,
      services: 0,
      endpointslices: 0,
      nodes: 0,
      addresses: 1,
      dropped: 0,
    });
  });

  it("let an address that changes hands all the time keep its latest holders", () => {
    const told = new Told();
    for (let turn = 0; turn < 40; turn += 1) {
      const each = pod(`orders-${turn}`, { startedUnixMs: turn * 10 });
      told.pod(each, turn * 10);
      told.put("pods", each.uid, undefined, turn * 10 + 9);
    }
    expect(told.at("10.1.0.5", 395).pod?.name).toBe("orders-39");
    expect(told.at("10.1.0.5", 5).unknown).toBe("notYetKnown");
    expect(told.history.counts.dropped).toBe(24);
  });
});

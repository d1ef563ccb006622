import { describe, expect, it } from "vitest";
import { endpointSliceObject, nodeObject, podObject, serviceObject } from "../testing/index.ts";
import { REDUCERS } from "./objects.ts";

const AT = Date.parse("2026-11-02T00:00:00Z");
const withUid = (object: ReturnType<typeof podObject>) => ({
  ...object,
  metadata: { ...object.metadata, uid: "u", resourceVersion: "7" },
});

describe("what is kept of an object", () => {
  it("of a pod is who it is, where, since when, and who made it: the Deployment, not its ReplicaSet", () => {
    expect(REDUCERS.pods(withUid(podObject("orders-1", "10.1.0.5", { containerId: "c0de" })), AT)).toEqual({
      uid: "u",
      version: "7",
      object: {
        uid: "u",
        name: "orders-1",
        namespace: "shop",
        labels: { "app.kubernetes.io/name": "orders", tier: "backend" },
        owner: { kind: "Deployment", name: "orders" },
        node: "node-1",
        addresses: ["10.1.0.5"],
        isHostNetwork: false,
        containers: [{ id: "c0de", name: "main", image: "orders:1" }],
        startedUnixMs: Date.parse("2026-11-01T00:00:00Z"),
        endedUnixMs: undefined,
      },
    });
  });

  it.each([
    [
      { kind: "StatefulSet", name: "db" },
      { kind: "StatefulSet", name: "db" },
    ],
    [
      { kind: "ReplicaSet", name: "by-hand" },
      { kind: "ReplicaSet", name: "by-hand" },
    ],
  ])("of its owner %j is %j", (owner, kept) => {
    expect(REDUCERS.pods(withUid(podObject("db-0", "10.1.0.5", { owner })), AT)?.object.owner).toEqual(kept);
  });

  it("of a pod that has ended is when its last container did", () => {
    const finishedAt = "2026-11-01T01:00:00Z";
    const pod = REDUCERS.pods(withUid(podObject("job-1", "10.1.0.5", { finishedAt })), AT)?.object;
    expect(pod?.endedUnixMs).toBe(Date.parse(finishedAt));
  });

  it("of Services, EndpointSlices and nodes is where they are", () => {
    expect(REDUCERS.services(withUid(serviceObject("orders", "10.96.0.10")), AT)?.object.addresses).toEqual([
      "10.96.0.10",
    ]);
    expect(REDUCERS.services(withUid(serviceObject("headless", "None")), AT)?.object.addresses).toEqual([]);
    expect(REDUCERS.nodes(withUid(nodeObject("node-1", "192.168.0.1")), AT)?.object).toMatchObject({
      zone: "zone-a",
      addresses: ["192.168.0.1"],
      podNetworks: ["10.1.0.0/16"],
    });
    const slice = endpointSliceObject("orders", [["orders-1", "10.1.0.5"]], "zone-b", "2026-11-01T02:00:00Z");
    expect(REDUCERS.endpointslices(withUid(slice), AT)?.object).toMatchObject({
      service: "orders",
      endpoints: [{ address: "10.1.0.5", isReady: true, zone: "zone-b", pod: { name: "orders-1" } }],
      changedUnixMs: Date.parse("2026-11-01T02:00:00Z"),
    });
  });

  it.each([undefined, null, 7, "pod", {}, { metadata: {} }, { metadata: { uid: 1, name: "x" } }])(
    "of %j is nothing",
    (json) => {
      for (const reduce of Object.values(REDUCERS)) expect(reduce(json, AT)).toBeUndefined();
    },
  );
});

import type { MeasuredPlace } from "@weir/kernel";
import { describe, expect, it } from "vitest";
import type { ProcessIdentity } from "./process-identity.ts";
import { profileRecords } from "./profile-records.ts";
import { ProfileWindow } from "./profile-window.ts";
import { serviceNameIn } from "./service-name.ts";

const SECOND = 1_000_000_000n;
const shop: ProcessIdentity = {
  service: "shop",
  containerId: "c0ffee",
  podUid: undefined,
  attributes: { "process.executable.name": "node" },
};
/** Places within one function have the same frames. */
const frame = (address: number) => ({ name: address < 100 ? "query" : "render", file: "/shop", line: 0 });
const names = {
  frames: ({ userStack }: MeasuredPlace) => [...userStack.map(frame), { name: "main", file: "/shop", line: 0 }],
  identity: () => shop,
};
const place = (address: number, value: number, more: Partial<MeasuredPlace> = {}): MeasuredPlace => ({
  ...{ pid: 7, beganNs: 1, cgroup: 0n, thread: "worker", userStack: [address], kernelStack: [], value },
  ...more,
});

describe("a window of a profile", () => {
  it("has a row for each thread and stack, however many addresses its functions have", () => {
    const window = new ProfileWindow("web 1", names, 0n);
    window.add("cpuProfiles", [place(1, 10), place(2, 20), place(200, 5), place(1, 3, { thread: "other" })]);
    window.add("offCpuProfiles", [place(1, 7)]);
    const [profile, ...others] = window.take(10n * SECOND);
    expect(others).toEqual([]);
    expect(profile?.samples.map(({ type, thread, value }) => [type, thread, value])).toEqual([
      ["cpu", "worker", 30],
      ["cpu", "worker", 5],
      ["cpu", "other", 3],
      ["off_cpu", "worker", 7],
    ]);
    expect(profile?.samples[0]).toMatchObject({ at: 0n, profileDurationNs: 1e10, service: "shop", processId: 7 });
    expect(profile?.stacks.map(({ frames }) => frames)).toEqual([
      ["main", "query"],
      ["main", "render"],
    ]);
  });

  it("tells a stack again only after a while", () => {
    const window = new ProfileWindow("web 1", names, 0n);
    const toldAt = (seconds: bigint) => {
      window.add("cpuProfiles", [place(1, 1)]);
      return window.take(seconds * SECOND)[0]?.stacks.length;
    };
    expect([toldAt(10n), toldAt(20n), toldAt(620n)]).toEqual([1, 0, 1]);
  });

  it("goes out with the names of its pod and container, stacks first", () => {
    const window = new ProfileWindow("web 1", names, 0n);
    window.add("cpuProfiles", [place(1, 1)]);
    const pod = { namespace: "eu", pod: { name: "shop-1", uid: "u" }, owner: { kind: "Deployment", name: "shop" } };
    const container = { name: "app", image: "shop:2" };
    const records = profileRecords(
      window.take(SECOND),
      { ofProcess: () => ({ workload: pod as never, container }) },
      "live-1",
    );
    expect(records.map(({ kind }) => kind)).toEqual(["stack", "profile"]);
    expect(records[1]?.record).toMatchObject({
      container: "c0ffee",
      attributes: {
        "process.executable.name": "node",
        "container.name": "app",
        "k8s.pod.name": "shop-1",
        "k8s.namespace.name": "eu",
        "k8s.deployment.name": "shop",
        "weir.capture.id": "live-1",
      },
    });
  });
});

describe("the name of a service", () => {
  it("is what OpenTelemetry's variables say", () => {
    expect(serviceNameIn("PATH=/bin\0OTEL_SERVICE_NAME=orders\0")).toBe("orders");
    expect(serviceNameIn("OTEL_RESOURCE_ATTRIBUTES=a=1,service.name=my%20shop,b=2\0")).toBe("my shop");
    expect(serviceNameIn("NOT_OTEL_SERVICE_NAME=x\0OTEL_SERVICE_NAME=\0")).toBeUndefined();
  });
});

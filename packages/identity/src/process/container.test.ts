import { describe, expect, it } from "vitest";
import { containerIdOf } from "./container.ts";

const ID = "4d5e".repeat(16);
const OUTER = "aa00".repeat(16);

describe("the container of a process, by its cgroups", () => {
  it.each([
    ["Docker with cgroup v2", `0::/system.slice/docker-${ID}.scope`],
    ["Docker with cgroup v1", `12:pids:/docker/${ID}\n1:name=systemd:/docker/${ID}`],
    [
      "containerd under Kubernetes",
      `0::/kubepods.slice/kubepods-burstable.slice/kubepods-pod1.slice/cri-containerd-${ID}.scope`,
    ],
    ["containerd without systemd", `0::/kubepods/burstable/pod7f1d/${ID}`],
    ["containerd with its own prefix", `0::/system.slice/containerd.service/kubepods-pod1.slice:cri-containerd:${ID}`],
    ["CRI-O", `0::/kubepods.slice/kubepods-pod1.slice/crio-${ID}.scope`],
    ["Podman", `0::/machine.slice/libpod-${ID}.scope/container`],
    ["Docker in Docker", `0::/docker/${OUTER}/docker/${ID}`],
    [
      "containerd, seen from a control group namespace of one's own",
      `0::/../../kubepods-pod1.slice/cri-containerd-${ID}.scope`,
    ],
    ["systemd inside of a container", `0::/system.slice/docker-${ID}.scope/init.scope`],
  ])("is found where %s puts it", (_, cgroups) => {
    expect(containerIdOf(cgroups)).toBe(ID);
  });

  it.each([
    "0::/",
    "0::/user.slice/user-0.slice/session-1.scope",
    `0::/kubepods.slice/crio-conmon-${ID}.scope`,
    `0::/machine.slice/libpod-conmon-${ID}.scope`,
    "",
    "nonsense",
  ])("is none in %j", (cgroups) => {
    expect(containerIdOf(cgroups)).toBeUndefined();
  });
});

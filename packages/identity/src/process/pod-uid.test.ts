import { expect, it } from "vitest";
import { podUidOf } from "./pod-uid.ts";

const UID = "1f0c2d3e-4a5b-6c7d-8e9f-0a1b2c3d4e5f";
const ID = "4d5e".repeat(16);

it.each([
  `0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${UID.replaceAll("-", "_")}.slice/cri-containerd-${ID}.scope`,
  `12:pids:/kubepods/besteffort/pod${UID}/${ID}\n1:name=systemd:/kubepods/besteffort/pod${UID}/${ID}`,
  `0::/system.slice/containerd.service/kubepods-pod${UID.replaceAll("-", "_")}.slice:cri-containerd:${ID}`,
  // As an agent sees it from a control group namespace of its own.
  `0::/../../pod${UID}/${ID}`,
])("a pod's uid is in the control group %s", (cgroups) => {
  expect(podUidOf(cgroups)).toBe(UID);
});

it("and none where there is no pod", () => {
  expect(podUidOf(`0::/system.slice/docker-${ID}.scope`)).toBeUndefined();
});

import { BUSYBOX } from "./bare-image.ts";

/** Files of the programs that containers are made with, and the Debian packages that have them. */
export const CONTAINERD = {
  "/usr/bin/containerd": "containerd",
  "/usr/sbin/runc": "runc",
  "/usr/lib/cni/bridge": "containernetworking-plugins",
  [BUSYBOX]: "busybox-static",
} as const;
export const PODMAN = {
  "/usr/bin/podman": "podman",
  "/usr/sbin/runc": "runc",
  "/usr/lib/cni/bridge": "containernetworking-plugins",
  [BUSYBOX]: "busybox-static",
} as const;

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/** Debian packages that the machines are made with, and a file that shows that each is there. */
const NEEDED = {
  "qemu-system-x86": "/usr/bin/qemu-system-x86_64",
  "qemu-system-arm": "/usr/bin/qemu-system-aarch64",
  "ipxe-qemu": "/usr/lib/ipxe/qemu/efi-virtio.rom",
  mmdebstrap: "/usr/bin/mmdebstrap",
  "squashfs-tools": "/usr/bin/mksquashfs",
  kmod: "/usr/sbin/depmod",
  cpio: "/usr/bin/cpio",
  "xz-utils": "/usr/bin/xz",
  zstd: "/usr/bin/zstd",
};

/** Installs those that are missing; throws where that is not possible. */
export function installPrograms(): void {
  const missing = Object.entries(NEEDED).filter(([, file]) => !existsSync(file));
  if (missing.length === 0) return;
  const names = missing.map(([name]) => name);
  process.stderr.write(`installing ${names.join(", ")}\n`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const { status } = spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...names], {
    stdio: ["ignore", "ignore", "inherit"],
    env,
  });
  if (status !== 0) throw new Error(`this needs ${names.join(", ")} (Debian: apt-get install ${names.join(" ")})`);
}

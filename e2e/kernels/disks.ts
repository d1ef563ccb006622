import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "rolldown";
import { mirror, type UnpackedKernel } from "./debian.ts";
import { ARCHITECTURES, type Architecture } from "./kernels.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const SUITE = "bookworm";
const PACKAGES = [
  ...["busybox-static", "dash", "kmod", "iproute2", "nftables", "curl", "openssl", "ca-certificates", "libstdc++6"],
  ...["libbpf1", "libpcap0.8"],
];
/** What a kernel needs to find its disks. */
const FIRST_MODULES = ["virtio_pci", "virtio_mmio", "virtio_blk", "squashfs"];
/** Node for other architectures than this machine's, by its package at npm (nodejs.org's own binaries). */
const NODE_VERSION = "20.19.6";

/** The first program: loads what finds the disks, and goes on there. */
const FIRST_PROGRAM = `#!/bin/busybox sh
/bin/busybox mount -t devtmpfs none /dev
/bin/busybox mount -t proc none /proc
for module in $(/bin/busybox cat /modules/order); do /bin/busybox insmod /modules/$module; done
/bin/busybox mount -t squashfs -o ro /dev/vda /root
/bin/busybox mount -t squashfs -o ro /dev/vdb /root/lib/modules
for each in dev proc; do /bin/busybox mount -o move /$each /root/$each; done
exec /bin/busybox switch_root /root /weir/begin
`;
/** Then: what a host has mounted; the test; the end of the machine. */
const BEGIN = `#!/bin/busybox sh
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp
mount -t sysfs none /sys
mount -t tracefs none /sys/kernel/tracing
test -e /bin/sh || echo "no /bin/sh"
mount -t cgroup2 none /sys/fs/cgroup
for each in /tmp /run /var/tmp; do mount -t tmpfs none $each; done
ip link set lo up
cd /tmp
node /weir/inside/main.js /weir/app/apps/weir/bin/weir.js
echo "ended with $?"
busybox poweroff -f
`;

/** What hosts of an architecture have: Debian, Node, this program and its test, as a read-only file system. */
export async function makeRoot(architecture: Architecture, folder: string): Promise<string> {
  const root = join(folder, `root-${architecture}`);
  const disk = `${root}.squashfs`;
  if (!existsSync(root)) {
    const more = ["--variant=extract", `--architectures=${architecture}`, `--include=${PACKAGES.join(",")}`];
    execFileSync("mmdebstrap", [...more, SUITE, `${root}.partial`, mirror()], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    execFileSync("mv", [`${root}.partial`, root]);
  }
  await addProgram(root, architecture, folder);
  rmSync(disk, { force: true });
  makeDisk(root, disk);
  return disk;
}

async function addProgram(root: string, architecture: Architecture, folder: string): Promise<void> {
  const app = join(root, "weir/app");
  for (const each of ["proc", "sys", "dev", "run", "tmp", "var/tmp", "lib/modules", "weir/app"])
    mkdirSync(join(root, each), { recursive: true });
  writeFileSync(join(root, "weir/begin"), BEGIN, { mode: 0o755 });
  cpSync(nodeOf(architecture, folder), join(root, "usr/bin/node"));
  const manifests = execFileSync("git", ["ls-files", "package.json", "package-lock.json", "*/package.json"], {
    cwd: repository,
    encoding: "utf8",
  });
  const folders = ["apps/weir/bin", "apps/weir/dist", "packages/kernel/objects"];
  for (const each of [...manifests.trim().split("\n"), ...folders])
    cpSync(join(repository, each), join(app, each), { recursive: true });
  if (!existsSync(join(app, "node_modules"))) {
    const target = ["--os=linux", `--cpu=${ARCHITECTURES[architecture].node}`];
    const flags = ["--omit=dev", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"];
    execFileSync("npm", ["ci", "--workspace=weir", ...flags, ...target], {
      cwd: app,
      stdio: ["ignore", "ignore", "inherit"],
    });
  }
  await build({
    input: fileURLToPath(new URL("inside/main.ts", import.meta.url)),
    platform: "node",
    output: { dir: join(root, "weir/inside"), format: "esm" },
  });
}

function nodeOf(architecture: Architecture, folder: string): string {
  const { node } = ARCHITECTURES[architecture];
  if (node === process.arch) return process.execPath;
  const program = join(folder, `node-${node}/bin/node`);
  if (!existsSync(program)) {
    const packed = execFileSync("npm", ["pack", "--silent", `node-linux-${node}@${NODE_VERSION}`], {
      cwd: folder,
      encoding: "utf8",
    });
    mkdirSync(join(folder, `node-${node}`), { recursive: true });
    const strip = ["--strip-components=1", "-C", join(folder, `node-${node}`)];
    execFileSync("tar", ["-xzf", join(folder, packed.trim()), ...strip]);
  }
  return program;
}

/** All modules of a kernel, as a file system. */
export function makeModules({ root }: UnpackedKernel, path: string): string {
  if (!existsSync(path)) makeDisk(join(root, "lib/modules"), path);
  return path;
}

/** The memory disk that a kernel begins with. */
export function makeFirstDisk(kernel: UnpackedKernel, hostRoot: string, path: string): string {
  const folder = `${path}.folder`;
  rmSync(folder, { recursive: true, force: true });
  for (const each of ["bin", "dev", "proc", "root", "modules"]) mkdirSync(join(folder, each), { recursive: true });
  cpSync(join(hostRoot, "bin/busybox"), join(folder, "bin/busybox"));
  writeFileSync(join(folder, "init"), FIRST_PROGRAM, { mode: 0o755 });
  const modules = join(kernel.root, "lib/modules", kernel.release);
  const order = withDependencies(readFileSync(join(modules, "modules.dep"), "latin1"));
  for (const file of order) unpackModule(join(modules, file), join(folder, "modules"));
  writeFileSync(join(folder, "modules/order"), order.map((file) => unpackedName(file)).join("\n"));
  execFileSync("sh", ["-c", `find . | cpio --quiet -o -H newc | gzip -1 > ${path}`], { cwd: folder });
  return path;
}

/** The files of the first modules, each behind those that it needs; those inside of the kernel have none. */
function withDependencies(table: string): string[] {
  const needs = new Map(
    table.split("\n").map((line) => {
      const [file = "", rest = ""] = line.split(":");
      return [
        file,
        rest
          .trim()
          .split(" ")
          .filter((each) => each !== "")
          .reverse(),
      ] as const;
    }),
  );
  const order = new Set<string>();
  for (const name of FIRST_MODULES) {
    const file = [...needs.keys()].find((each) => basename(each).split(".")[0] === name);
    if (file === undefined) continue;
    for (const each of [...(needs.get(file) ?? []), file]) order.add(each);
  }
  return [...order];
}

function unpackedName(file: string): string {
  return basename(file).replace(/\.(xz|zst)$/, "");
}

function unpackModule(file: string, folder: string): void {
  const target = join(folder, unpackedName(file));
  const unpack = file.endsWith(".xz") ? "xz" : file.endsWith(".zst") ? "zstd" : undefined;
  if (unpack === undefined) cpSync(file, target);
  else writeFileSync(target, execFileSync(unpack, ["-dc", file], { maxBuffer: 1 << 28 }));
}

function makeDisk(folder: string, path: string): void {
  execFileSync("nice", ["mksquashfs", folder, path, "-comp", "lz4", "-no-progress", "-quiet", "-all-root"], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}

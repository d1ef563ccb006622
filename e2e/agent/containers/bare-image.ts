import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Name of the image that all containers of the tests are made of: no registry is asked for it. */
export const BARE_IMAGE = "weir.test/bare:1";
/** Debian's `busybox-static`: the one program in the image that needs nothing else. */
export const BUSYBOX = "/bin/busybox";
/** What the host lends to a container, so that the image stays small: programs and libraries, and the node that runs the tests. */
export const LENT = [
  { from: "/usr", to: "/usr" },
  { from: process.execPath, to: "/node" },
] as const;

/** Debian's merged /usr: where programs look for their libraries. */
const LINKS = { bin: "usr/bin", sbin: "usr/sbin", lib: "usr/lib", lib64: "usr/lib64" } as const;
const EMPTY = ["dev", "etc", "proc", "run", "sys", "tmp", "usr", "weir"];

/** Writes an image of empty folders and busybox, as `docker save` does (an archive that ctr and podman load); returns its path. */
export function writeBareImage(folder: string): string {
  const root = join(folder, "image-root");
  for (const name of EMPTY) mkdirSync(join(root, name), { recursive: true });
  for (const [name, target] of Object.entries(LINKS)) symlinkSync(target, join(root, name));
  copyFileSync(BUSYBOX, join(root, "busybox"));
  writeFileSync(join(root, "node"), "");
  tar(join(folder, "layer.tar"), root, ["."]);
  const digest = createHash("sha256")
    .update(readFileSync(join(folder, "layer.tar")))
    .digest("hex");
  const configuration = {
    architecture: process.arch === "x64" ? "amd64" : process.arch,
    os: "linux",
    // Run without more it holds a pod's namespaces, as Kubernetes' pause does.
    config: { Env: ["PATH=/usr/bin:/usr/sbin"], Entrypoint: ["/busybox"], Cmd: ["sleep", "infinity"] },
    rootfs: { type: "layers", diff_ids: [`sha256:${digest}`] },
  };
  writeFileSync(join(folder, "config.json"), JSON.stringify(configuration));
  const manifest = [{ Config: "config.json", RepoTags: [BARE_IMAGE], Layers: ["layer.tar"] }];
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
  const archive = join(folder, "bare.tar");
  tar(archive, folder, ["manifest.json", "config.json", "layer.tar"]);
  return archive;
}

function tar(archive: string, folder: string, names: readonly string[]): void {
  execFileSync("tar", ["--create", "--file", archive, "--owner=0", "--group=0", "--directory", folder, ...names]);
}

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestedKernel } from "./kernels.ts";

const KEYS = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** Where this machine gets Debian's packages from. */
export function mirror(): string {
  const told = execFileSync("apt-get", ["indextargets", "--format", "$(REPO_URI) $(ORIGIN) $(LABEL)"], {
    encoding: "utf8",
  });
  const found = told.split("\n").find((line) => line.endsWith(" Debian Debian"));
  if (found === undefined) throw new Error("apt knows no mirror of Debian: run apt-get update");
  return found.split(" ")[0] ?? "";
}

/** A kernel's package, unpacked: its image, and the folder with its modules. */
export interface UnpackedKernel {
  readonly release: string;
  readonly image: string;
  /** Holds `lib/modules/RELEASE`, with its table of dependencies. */
  readonly root: string;
}

/** Gets the newest kernel of a suite; the machine's own lists of packages stay as they are. */
export function getKernel({ name, suite, architecture, flavour }: TestedKernel, folder: string): UnpackedKernel {
  const state = join(folder, `apt-${suite}-${architecture}`);
  const root = join(folder, name);
  for (const each of ["lists/partial", "cache/archives/partial"]) mkdirSync(join(state, each), { recursive: true });
  writeFileSync(join(state, "status"), "");
  writeFileSync(join(state, "sources.list"), `deb [signed-by=${KEYS}] ${mirror()} ${suite} main\n`);
  const configuration = join(state, "apt.conf");
  writeFileSync(configuration, aptConfiguration(state, architecture));
  const run = (command: string, args: readonly string[]) =>
    execFileSync(command, args, { encoding: "utf8", cwd: state, env: { ...process.env, APT_CONFIG: configuration } });
  run("apt-get", ["update", "-qq"]);
  const dependsOn = (each: string): string[] => {
    const told = run("apt-cache", ["depends", "--no-recommends", "--no-suggests", each]);
    return [...told.matchAll(/Depends: (linux-\S+)/g)].flatMap(([, found]) => found ?? []);
  };
  const real = dependsOn(`linux-image-${flavour}`).find((each) => each.startsWith("linux-image-"));
  if (real === undefined) throw new Error(`${suite} has no linux-image-${flavour}`);
  const release = real.replace("linux-image-", "");
  if (!existsSync(join(root, "complete"))) {
    // Newer kernels have the image itself and the modules in packages of their own.
    const packages = [real, ...dependsOn(real).filter((each) => each.endsWith(release))];
    run("apt-get", ["download", "-qq", "-o", "APT::Sandbox::User=root", ...packages]);
    for (const file of readdirSync(state).filter((each) => packages.some((name) => each.startsWith(`${name}_`))))
      run("dpkg-deb", ["--extract", join(state, file), root]);
    writeFileSync(join(root, "complete"), release);
  }
  // Newer packages have their modules in /usr/lib.
  const modules = existsSync(join(root, "usr/lib/modules")) ? join(root, "usr") : root;
  run("depmod", ["--basedir", modules, release]);
  const images = [join(root, "boot"), join(modules, "lib/modules", release)];
  const folderOfImage = images.find((each) => existsSync(each) && readdirSync(each).some(isImage));
  const image = folderOfImage && readdirSync(folderOfImage).find(isImage);
  if (folderOfImage === undefined || image === undefined) throw new Error(`${real} has no image`);
  return { release, image: join(folderOfImage, image), root: modules };
}

function isImage(file: string): boolean {
  return file.startsWith("vmlinu");
}

function aptConfiguration(state: string, architecture: string): string {
  const settings = {
    "Dir::State": state,
    "Dir::State::status": join(state, "status"),
    "Dir::Cache": join(state, "cache"),
    "Dir::Etc::sourcelist": join(state, "sources.list"),
    "Dir::Etc::sourceparts": "-",
    "APT::Architecture": architecture,
    "APT::Architectures": architecture,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name} "${value}";\n`)
    .join("");
}

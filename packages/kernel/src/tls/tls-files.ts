import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";

/** Where distributions have OpenSSL: processes that are not there yet will use it. */
const TRIPLETS = ["x86_64-linux-gnu", "aarch64-linux-gnu"];
const FOLDERS = [...TRIPLETS.flatMap((each) => [`/lib/${each}`, `/usr/lib/${each}`]), "/usr/lib64", "/usr/lib", "/lib"];
const LIBRARY = /^libssl\.so\.[\d.]+$/;
/** Packages that bring their own have more in its name: `libssl-3f9c1c4a.so.1.1` of Python's wheels, `libboringssl.so`. */
const MAPPED_LIBRARY = /\s(\/\S*lib(?:boring)?ssl[\w.-]*\.so[\d.]*)$/gm;
/** Files that are looked at in all, and processes at once. */
const MAX_FILES = 4_096;

/** Files that may hold OpenSSL: its library wherever a process uses it, and the programs themselves, which may have it inside. */
export class TlsFiles {
  /** By device and inode, so that no file is looked at twice under several names. */
  readonly #seen = new Set<string>();
  readonly #processes = new Set<string>();

  /** Those that were not told before. */
  find(): string[] {
    const found = [...installed(), process.execPath, ...this.#ofProcesses()];
    return found.filter((path) => this.#isNew(path));
  }

  #ofProcesses(): string[] {
    const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    const living = new Set(pids);
    for (const pid of this.#processes) if (!living.has(pid)) this.#processes.delete(pid);
    const fresh = pids.filter((pid) => !this.#processes.has(pid));
    for (const pid of fresh) this.#processes.add(pid);
    return fresh.flatMap(filesOf);
  }

  #isNew(path: string): boolean {
    if (this.#seen.size >= MAX_FILES) return false;
    try {
      const { dev, ino } = statSync(path);
      const key = `${dev} ${ino}`;
      if (this.#seen.has(key)) return false;
      this.#seen.add(key);
      return true;
    } catch {
      // Its process is gone, and with it the way to the file.
      return false;
    }
  }
}

function installed(): string[] {
  return FOLDERS.filter((folder) => existsSync(folder)).flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => LIBRARY.test(name))
      .map((name) => `${folder}/${name}`),
  );
}

/** Its program, and the libraries that it has mapped, as they are seen from here (it may be in a container). */
function filesOf(pid: string): string[] {
  try {
    const program = `/proc/${pid}/root${readlinkSync(`/proc/${pid}/exe`)}`;
    const maps = readFileSync(`/proc/${pid}/maps`, "latin1");
    const libraries = new Set([...maps.matchAll(MAPPED_LIBRARY)].map(([, path]) => `/proc/${pid}/root${path}`));
    return [program, ...libraries];
  } catch {
    // It is gone, a thread of the kernel, or not ours to look at.
    return [];
  }
}

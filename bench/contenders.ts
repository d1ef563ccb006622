import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "rolldown";

/** The files and folders a contender may use. */
export interface Ground {
  readonly file: string;
  /** Empty, and removed afterwards. */
  readonly folder: string;
}

/** One command that reads a capture. */
export interface Contender {
  readonly name: string;
  readonly command: (ground: Ground) => readonly string[];
  /** Absent where it is Weir's own. */
  readonly peer?: Peer;
  /** It says how much faster two cores are, and nothing else. */
  readonly isOfCores?: boolean;
}

/** A program of others. */
export interface Peer {
  readonly program: string;
  /** How many times as fast Weir should be. */
  readonly goalRatio?: number;
  /** Too slow for the whole capture: it reads so many packets. */
  readonly firstPackets?: number;
}

/** A contender that cannot take part, and why. */
export interface Absent {
  readonly name: string;
  readonly reason: string;
}

/** Names of Weir's contenders that goals refer to. */
export const Weir = {
  headers: "weir: packets and headers only",
  health: "weir: health of connections",
  records: "weir: health of connections, a record of each",
  sharedHealth: "weir: health of connections, two cores",
  noCalls: "weir read --no-calls",
  rows: "weir read --connections --format csv --no-calls --workers 1",
  sharedRows: "weir read --connections --format csv --no-calls --workers 2",
  whole: "weir read: the whole thread",
  calls: "weir: calls",
  ownCalls: "weir: calls, with this protocol alone in the catalog",
} as const;

const TSHARK_PACKETS = 500_000;
const SYSTEM_FOLDERS = ["/usr/sbin", "/usr/local/sbin"];
const root = fileURLToPath(new URL("..", import.meta.url));
const weir = join(root, "apps/weir/bin/weir.js");

const PEERS: readonly Contender[] = [
  peer({ program: "tcpdump" }, ({ file }) => ["-r", file, "-w", "/dev/null"]),
  peer({ program: "softflowd", goalRatio: 1 }, ({ file }) => ["-r", file, "-d", "-n", "127.0.0.1:9999"]),
  peer({ program: "nfpcapd", goalRatio: 1 }, ({ file, folder }) => ["-r", file, "-w", folder]),
  peer({ program: "argus", goalRatio: 2 }, ({ file }) => ["-r", file, "-w", "/dev/null"]),
  peer({ program: "ndpiReader", goalRatio: 2 }, ({ file }) => ["-q", "-i", file]),
  peer({ program: "tcptrace", goalRatio: 5 }, ({ file }) => ["-l", "-n", "-r", file]),
  peer({ program: "tshark", goalRatio: 60, firstPackets: TSHARK_PACKETS }, ({ file }) => [
    ...["-n", "-q", "-z", "conv,tcp", "-r", file],
  ]),
];

/** Programs that read calls, and what they are asked for; tcpflow only puts streams in order. */
const CALL_PEERS: Readonly<Record<string, readonly Contender[]>> = {
  http: [
    peer({ program: "tcpflow" }, ({ file, folder }) => ["-r", file, "-o", folder]),
    peer({ program: "tshark", goalRatio: 10, firstPackets: TSHARK_PACKETS }, ({ file }) => [
      ...["-n", "-r", file, "-Y", "http", "-T", "fields"],
      ...["-e", "http.request.method", "-e", "http.request.uri", "-e", "http.response.code", "-e", "http.time"],
    ]),
  ],
  redis: [
    peer({ program: "tcpflow" }, ({ file, folder }) => ["-r", file, "-o", folder]),
    peer({ program: "tshark", goalRatio: 10, firstPackets: TSHARK_PACKETS }, ({ file }) => [
      ...["-n", "-r", file, "-Y", "resp", "-T", "fields", "-e", "resp.array.length", "-e", "resp.error"],
    ]),
  ],
};

/** Dissectors, by the workload whose traffic is theirs alone. */
const OWN_DISSECTOR: Readonly<Record<string, string>> = { http: "http1", redis: "redis" };
const CATALOG_FILE = /packages\/protocols\/src\/catalog\.ts$/;

/** Puts a catalog of one protocol in the place of all: what the others cost traffic that is not theirs. */
function withOnly(id: string): Plugin {
  const code = `import { ${id} } from "./${id}/index.ts"; export const CATALOG = [${id}];`;
  return { name: "one-protocol", load: (path) => (CATALOG_FILE.test(path) ? code : undefined) };
}

function peer(peer: Peer, args: Contender["command"]): Contender {
  const shown = args({ file: "FILE", folder: "FOLDER" }).join(" ");
  return { name: `${peer.program} ${shown}`, command: (ground) => [peer.program, ...args(ground)], peer };
}

/** Who takes part: for connections, and by the name of a workload of calls. */
export interface Contenders {
  readonly ofConnections: Field;
  ofCalls(workload: string): Field | undefined;
}

/** Contenders that can take part, and those that cannot. */
export interface Field {
  readonly present: readonly Contender[];
  readonly absent: readonly Absent[];
}

/** Builds Weir and its parts (into `folder`) as the program is built, and says who takes part. */
export async function gatherContenders(folder: string): Promise<Contenders> {
  const parts = ["read-only", "flow-only", "flow-shared", "calls-only"];
  await build({
    cwd: root,
    input: Object.fromEntries(parts.map((part) => [part, `bench/${part}.ts`])),
    platform: "node",
    logLevel: "warn",
    output: { dir: folder, format: "esm", entryFileNames: "[name].mjs" },
  });
  for (const [workload, id] of Object.entries(OWN_DISSECTOR)) {
    await build({
      cwd: root,
      input: { [`calls-only-${workload}`]: "bench/calls-only.ts" },
      plugins: [withOnly(id)],
      platform: "node",
      logLevel: "warn",
      output: { dir: folder, format: "esm", entryFileNames: "[name].mjs" },
    });
  }
  const built = spawnSync(process.execPath, [join(root, "tools/build.mjs"), "--program"], { stdio: "inherit" });
  if (built.status !== 0) throw new Error("Weir could not be built");
  const part = (name: string) => join(folder, `${name}.mjs`);
  const read = (...options: string[]): Contender["command"] => {
    return ({ file }) => [process.execPath, weir, "read", ...options, file];
  };
  const rows = (workers: number) =>
    read("--connections", "--format", "csv", "--no-calls", "--workers", String(workers));
  const health: Contender = { name: Weir.health, command: ({ file }) => [process.execPath, part("flow-only"), file] };
  const present: Contender[] = [
    { name: Weir.headers, command: ({ file }) => [process.execPath, part("read-only"), file] },
    health,
    { name: Weir.records, command: ({ file }) => [process.execPath, part("flow-only"), file, "--records"] },
    {
      name: Weir.sharedHealth,
      command: ({ file }) => [process.execPath, part("flow-shared"), file],
      isOfCores: true,
    },
    { name: Weir.noCalls, command: read("--no-calls") },
    { name: Weir.rows, command: rows(1), isOfCores: true },
    { name: Weir.sharedRows, command: rows(2), isOfCores: true },
  ];
  const whole: Contender = { name: Weir.whole, command: read() };
  const calls: Contender = { name: Weir.calls, command: ({ file }) => [process.execPath, part("calls-only"), file] };
  return {
    ofConnections: fieldOf([...present, whole], PEERS),
    ofCalls(workload) {
      const peers = CALL_PEERS[workload];
      if (peers === undefined) return undefined;
      const ownCalls = {
        name: Weir.ownCalls,
        command: ({ file }: Ground) => [process.execPath, part(`calls-only-${workload}`), file],
      };
      return fieldOf([health, calls, ownCalls, whole], peers);
    },
  };
}

function fieldOf(ours: readonly Contender[], peers: readonly Contender[]): Field {
  const isHere = ({ peer }: Contender) => isInstalled(peer?.program ?? "");
  const missing = peers.filter((contender) => !isHere(contender));
  return {
    present: [...ours, ...peers.filter(isHere)],
    absent: missing.map(({ name, peer }) => ({ name, reason: `${peer?.program} is not installed` })),
  };
}

function isInstalled(program: string): boolean {
  const folders = [...(process.env["PATH"] ?? "").split(":"), ...SYSTEM_FOLDERS];
  return folders.some((folder) => existsSync(join(folder, program)));
}

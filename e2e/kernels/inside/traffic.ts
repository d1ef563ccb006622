import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Faults } from "../../agent/faults.ts";
import type { TestHost, TestNetwork } from "../../agent/network.ts";

/** Ports of the server, each for one thing that happens. */
export const Port = {
  http: 80,
  closed: 81,
  fullQueue: 82,
  filtered: 83,
  lossy: 84,
  https: 443,
  opensslServer: 4433,
  dns: 53,
} as const;
/** Segments with data that are lost on the lossy port. */
export const LOST_SEGMENTS = 2;

const WORK_MS = 30_000;
/** Connections are open for so long at least: an emulated processor takes its time to tell what happened to one. */
const ANSWER_MS = 2_000;
/** To name a new place in its code, the agent reads the table of all the kernel's functions: seconds there. */
const LOSSY_ANSWER_MS = 12_000;
const CURL = ["-s", "-o", "/dev/null", "--max-time", "8"];
const PATIENT_CURL = [...CURL.slice(0, -1), "30"];

const serverOf = (key: string, certificate: string) => `
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
const answer = (request, response) => request.resume().on("end", () => setTimeout(() => response.end("ok"), request.url === "/lossy" ? ${LOSSY_ANSWER_MS} : ${ANSWER_MS}));
createServer(answer).listen(${Port.lossy});
createServer(answer).listen(${Port.filtered});
createServer(answer).listen(${Port.http}, () =>
  createTlsServer({ key: readFileSync("${key}"), cert: readFileSync("${certificate}") }, answer)
    .listen(${Port.https}, () => console.log("up")));
`;
const ASK = (server: string) =>
  `import { Resolver } from "node:dns/promises"; const resolver = new Resolver({ tries: 1 }); resolver.setServers(["${server}"]); await resolver.resolve4("shop.example").catch(() => undefined);`;
/** Works in a function that it compiles as it runs, and then waits. */
const WORK = `
function hotLoop() { let sum = 0; for (let at = 0; at < 1e6; at += 1) sum += at % 7; return sum; }
console.log("up");
const until = Date.now() + ${WORK_MS};
while (Date.now() < until) { hotLoop(); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20); }
`;

/** Two hosts, and what happens between them: calls, refusals, losses. All of it with programs as they are installed. */
export class Traffic {
  readonly #network: TestNetwork;
  readonly #faults: Faults;
  readonly #client: TestHost;
  readonly server: TestHost;
  /** What of it could not be made here, and why. */
  readonly notMade: string[] = [];

  constructor(network: TestNetwork) {
    this.#network = network;
    this.#faults = new Faults(network);
    this.#client = network.host("client");
    this.server = network.host("server");
  }

  /** Starts the servers. */
  async prepare(): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), "weir-kernels-"));
    const [key, certificate] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
    const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    const subject = ["-subj", "/CN=shop.example", "-keyout", key, "-out", certificate];
    execFileSync("openssl", [...request, ...subject], { stdio: "ignore" });
    await this.#network.node(this.server, serverOf(key, certificate));
    const pem = ["-key", key, "-cert", certificate];
    this.#network.start(this.server, "openssl", [
      "s_server",
      "-accept",
      `${Port.opensslServer}`,
      ...pem,
      "-www",
      "-quiet",
    ]);
    await this.#attempt("a name server that fails", () => this.#faults.dnsFailure(this.server));
    await this.#attempt("rules that drop", async () => {
      this.#faults.synDrop(this.server, Port.filtered);
      this.#faults.loseFirst(this.server, Port.lossy, LOST_SEGMENTS);
    });
    await this.#attempt("a full accept queue", () => this.#faults.fullAcceptQueue(this.server, Port.fullQueue, 1));
  }

  /** Makes it all happen once, one after the other. */
  async happen(): Promise<void> {
    const { address } = this.server;
    this.#run("curl", [...CURL, `http://${address}:${Port.http}/plain`]);
    // The first one has the agent read the names of the kernel's functions, which takes long there: the last one is looked at.
    for (let time = 0; time < 2; time += 1) {
      this.#run("curl", [...CURL, `http://${address}:${Port.closed}/`]);
      this.#run("curl", [...CURL, `http://${address}:${Port.filtered}/`]);
    }
    this.#run("curl", [...PATIENT_CURL, "--data", "x".repeat(20_000), `http://${address}:${Port.lossy}/lossy`]);
    this.#run(process.execPath, ["--input-type=module", "--eval", ASK(address), "--", "the-one-who-asks"]);
    this.#run("curl", [...CURL, "-k", `https://${address}:${Port.https}/curl`]);
    this.#run("curl", [...CURL, "-k", `https://${address}:${Port.opensslServer}/s_server`]);
    const ask = `printf 'GET /s_client HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n'`;
    this.#run("sh", ["-c", `${ask} | openssl s_client -quiet -connect ${address}:${Port.https} 2>/dev/null`]);
    const held = [1, 2].map(() =>
      this.#network.start(this.#client, "curl", [...CURL, `http://${address}:${Port.fullQueue}/`]),
    );
    await sleep(1_000);
    this.#run("curl", [...CURL, `http://${address}:${Port.fullQueue}/`]);
    for (const each of held) each.kill();
  }

  /** Has a program work and wait for some seconds. */
  async work(): Promise<void> {
    const work = ["--perf-basic-prof", "--input-type=module", "--eval", WORK];
    await once(this.#network.start(this.#client, process.execPath, work), "exit");
  }

  /** Runs a program of the client to its end; that it fails may be what is wanted. */
  #run(command: string, args: readonly string[]): void {
    try {
      this.#network.run(this.#client, command, args);
    } catch {
      // What came of it is what the agent is to tell.
    }
  }

  async #attempt(what: string, make: () => Promise<void>): Promise<void> {
    try {
      await make();
    } catch (error) {
      this.notMade.push(`${what}: ${error instanceof Error ? error.message.split("\n")[0] : error}`);
    }
  }
}

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Store, startEngine } from "@weir/storage";
import { ScriptedCapture } from "@weir/wire/testing";
import { receiverAddress } from "../hub/telemetry.ts";
import { type RunningHub, runHub } from "../running-hub.ts";
import { type Outcome, steadyRandom } from "./rig.ts";

const EXCHANGES = 60;
const SPANS = 50;
const MOST_MS_BETWEEN_KILLS = 3_000;
/** After a capture, as imports take longer than uploads and all of them must end. */
const PAUSE_MS = 300;
/** Every third kill is the engine's alone, under a hub that lives on. */
const HUB_KILLS_OF_THREE = 2;
const childEntry = fileURLToPath(new URL("../../apps/weir/dist/engine-child.js", import.meta.url));

/** Has a hub sample traces, and leave out none: what waits for the decision is killed as well. */
export const SAMPLING_ALL = ["--trace-budget", "1000000/s", "--trace-wait", "1s"];

/**
 * Kills the hub, or its engine, at random moments while captures are uploaded and spans sent. An upload that was not acknowledged is sent again (the same content is the same capture); spans that
 * were not are not sent again, as nobody could tell whether the hub has them. `hubOptions`: more options of the hub's.
 */
export async function killHub(
  kills: number,
  seed: number,
  log: (line: string) => void,
  hubOptions: readonly string[] = [],
): Promise<Outcome> {
  const dataDir = mkdtempSync(join(tmpdir(), "weir-torture-hub-"));
  const random = steadyRandom(seed);
  const clients = new Clients();
  const start = () => runHub(dataDir, "--free-receiver-ports", ...hubOptions);
  try {
    let hub = await start();
    await clients.use(hub);
    for (let kill = 1; kill <= kills; kill += 1) {
      await sleep(random() * MOST_MS_BETWEEN_KILLS);
      if (kill % 3 < HUB_KILLS_OF_THREE) {
        await hub.kill();
        hub = await start();
        await clients.use(hub);
      } else killEngineOf(dataDir);
      if (kill % 10 === 0 || kill === kills) log(`hub or engine killed ${kill} times, ${clients.summary}`);
    }
    // Some things are acknowledged after the last one, too.
    await sleep(MOST_MS_BETWEEN_KILLS);
    await clients.stop();
    await untilImported(hub, clients.captures);
    await hub.stop();
    return await verify(dataDir, kills, clients);
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function killEngineOf(dataDir: string): void {
  const pids = execFileSync("pgrep", ["-f", `engine-child.js ${dataDir}`], { encoding: "utf8" })
    .trim()
    .split("\n");
  for (const pid of pids) process.kill(Number(pid), "SIGKILL");
}

/** Who uploads captures and sends spans, each one after the other. */
class Clients {
  #hub: RunningHub | undefined;
  #otlp = "";
  #running: Promise<void>[] = [];
  #isStopping = false;
  #sent = 0;
  /** Ids of what was acknowledged. */
  readonly captures = new Set<string>();
  readonly spans = new Set<string>();

  get summary(): string {
    return `${this.captures.size} captures and ${this.spans.size} spans acknowledged`;
  }

  async use(hub: RunningHub): Promise<void> {
    this.#otlp = await receiverAddress(hub.url, "otlp-http");
    this.#hub = hub;
    if (this.#running.length === 0) this.#running = [this.#upload(), this.#send()];
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await Promise.all(this.#running);
  }

  async #upload(): Promise<void> {
    for (let number = 1; !this.#isStopping; number += 1) {
      const body = captureBytes(number) as Uint8Array<ArrayBuffer>;
      while (!(await this.#isUploaded(number, body))) await sleep(50);
      await sleep(PAUSE_MS);
    }
  }

  async #isUploaded(number: number, body: Uint8Array<ArrayBuffer>): Promise<boolean> {
    try {
      const url = `${this.#hub?.url}/api/captures?name=${number}.pcap`;
      const response = await fetch(url, { method: "POST", body });
      if (response.status !== 202) return false;
      this.captures.add(((await response.json()) as { captureId: string }).captureId);
      return true;
    } catch {
      return false;
    }
  }

  async #send(): Promise<void> {
    while (!this.#isStopping) {
      this.#sent += 1;
      const ids = Array.from({ length: SPANS }, (_, index) =>
        (this.#sent * SPANS + index).toString(16).padStart(16, "0"),
      );
      if (await this.#areTaken(ids)) for (const id of ids) this.spans.add(id);
      else await sleep(50);
    }
  }

  async #areTaken(ids: readonly string[]): Promise<boolean> {
    try {
      const headers = { "content-type": "application/json" };
      const response = await fetch(`http://${this.#otlp}/v1/traces`, { method: "POST", headers, body: spansJson(ids) });
      await response.text();
      return response.status === 200;
    } catch {
      return false;
    }
  }
}

/** A capture of so many HTTP exchanges that no other number has. */
export function captureBytes(number: number): Uint8Array {
  const capture = new ScriptedCapture();
  for (let index = 0; index < EXCHANGES; index += 1) {
    const tcp = capture.tcp(`10.0.0.1:${20_000 + index}`, "10.0.0.2:8080").handshake();
    tcp.send("client", `GET /${number}/${index} HTTP/1.1\r\nHost: shop\r\n\r\n`);
    tcp.send("server", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").close();
  }
  return capture.toPcap();
}

function spansJson(ids: readonly string[]): string {
  const spans = ids.map((spanId) => ({
    traceId: spanId.padStart(32, "1"),
    spanId,
    name: "torture",
    kind: 2,
    startTimeUnixNano: "1700000000000000000",
    endTimeUnixNano: "1700000000001000000",
  }));
  return JSON.stringify({ resourceSpans: [{ resource: {}, scopeSpans: [{ scope: { name: "torture" }, spans }] }] });
}

/** Waits until all of these captures are imported. */
export async function untilImported(hub: RunningHub, captures: ReadonlySet<string>): Promise<void> {
  for (const id of captures) {
    for (;;) {
      const { state } = (await (await fetch(`${hub.url}/api/imports/${id}`)).json()) as { state?: string };
      if (state === "done") break;
      if (state === "failed") throw new Error(`the import of ${id} failed`);
      await sleep(100);
    }
  }
}

async function verify(dataDir: string, kills: number, { captures, spans }: Clients): Promise<Outcome> {
  const engine = await startEngine({ dataDir, childEntry });
  const store = new Store(engine);
  try {
    await store.open();
    const found = await store.rows<{ captureId: string; rows: number; ids: number }>(
      "SELECT capture_id AS captureId, count() AS rows, uniqExact(call_id) AS ids FROM calls GROUP BY capture_id",
      {},
    );
    const whole = new Set(found.filter(({ ids }) => ids === EXCHANGES).map(({ captureId }) => captureId));
    const lostCaptures = [...captures].filter((id) => !whole.has(id)).length;
    const stored = await store.rows<{ id: string; rows: number }>(
      "SELECT SpanId AS id, count() AS rows FROM otel_traces GROUP BY SpanId",
      {},
    );
    const present = new Set(stored.map(({ id }) => id));
    const lostSpans = [...spans].filter((id) => !present.has(id)).length;
    const surplus = [...found.map(({ rows, ids }) => rows - ids), ...stored.map(({ rows }) => rows - 1)];
    return {
      kills,
      acknowledged: captures.size + spans.size,
      lost: lostCaptures + lostSpans,
      doubled: surplus.reduce((sum, more) => sum + more, 0),
    };
  } finally {
    await store.close();
    await engine.stop();
  }
}

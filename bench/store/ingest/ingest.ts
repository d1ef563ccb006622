import { receiverAddress } from "../../../e2e/hub/telemetry.ts";
import { type RunningHub, runHub } from "../../../e2e/running-hub.ts";
import { redraw } from "../../captures.ts";
import { type Asked, ask } from "../ask.ts";
import { type BareEngine, startBareEngine } from "../engine.ts";
import { fill } from "../fill.ts";
import { type Body, logs, type Signal, samples, spans } from "./bodies.ts";
import { startPrometheus } from "./prometheus.ts";
import { sendAll, type Taken, withChildren } from "./send.ts";

const SIGNALS = [spans, logs, samples];
const CONNECTIONS = { blocks: 40, rows: 10_000 } as const;
/** Requests of each kind at full size. */
const REQUESTS = 400;
const BARE_BLOCK_ROWS = 10_000;

/** What was taken in, by a hub and by the engine under it alone. */
export interface Ingested extends Taken {
  /** Bytes on disk per record, merged; absent for others than Weir. */
  readonly diskBytes?: number;
  /** The same rows, inserted into the engine in blocks of its own form. */
  readonly bare?: Taken;
}

/** What was measured of taking in: how quickly, and how long PromQL takes on what was taken in. */
export interface IngestMeasured {
  readonly ingested: readonly Ingested[];
  readonly asked: readonly Asked[];
}

/** Sends a hub all kinds of records, then the same rows to the engine itself; metric points go to Prometheus too, where it is installed. */
export async function measureIngest(dataDir: string, scale: number, rounds: number): Promise<IngestMeasured> {
  const requests = Math.max(20, Math.round(REQUESTS * scale));
  const blocks = await connectionBlocks(dataDir);
  const bodies = new Map(SIGNALS.map((signal) => [signal, bodiesOf(signal, requests)]));
  const atMs = Date.now();
  const { taken, asked } = await sendToHub(dataDir, bodies, blocks, (hub) =>
    askPromql("Weir", `${hub}/prometheus`, atMs, rounds),
  );
  const ingested = await besideBare(dataDir, taken);
  const prometheus = await startPrometheus();
  if (prometheus === undefined) return { ingested, asked };
  try {
    const { url, pid } = prometheus;
    // In order, as Prometheus sends them itself.
    const to = `${url}${samples.path}`;
    const work = { url: () => to, headers: samples.headers, bodies: bodies.get(samples) ?? [], senders: 1 };
    const own = await sendAll("metric points, remote-write to Prometheus", work, [pid]);
    return { ingested: [...ingested, own], asked: [...asked, ...(await askPromql("Prometheus", url, atMs, rounds))] };
  } finally {
    await prometheus.stop();
  }
}

function bodiesOf(signal: Signal, count: number): Body[] {
  redraw(`preparing ${signal.name}`);
  return Array.from({ length: count }, (_, index) => signal.body(index, count));
}

const PROMQL = [
  "sum by (service) (rate(http_requests_total[5m]))",
  'max by (code) (http_requests_total{path="/things/7"})',
];
const PROMQL_RANGE_S = 3600;

/** The same questions in PromQL to whoever speaks it, over the hour before `atMs`. */
async function askPromql(who: string, base: string, atMs: number, rounds: number): Promise<Asked[]> {
  const endS = Math.floor(atMs / 1000);
  const asked: Asked[] = [];
  for (const query of PROMQL) {
    const range = { query, start: String(endS - PROMQL_RANGE_S), end: String(endS), step: "30" };
    const path = `${base}/api/v1/query_range?${new URLSearchParams(range)}`;
    asked.push(await ask(base, { name: `${who}: ${query}`, path }, rounds));
  }
  return asked;
}

/** Connections as agents send them: blocks in the engine's own form. */
async function connectionBlocks(dataDir: string): Promise<Body[]> {
  const engine = await startBareEngine(dataDir);
  try {
    const { blocks, rows } = CONNECTIONS;
    await fill(engine, "connections", blocks * rows, () => undefined);
    const bodies: Body[] = [];
    for (let block = 0; block < blocks; block += 1) {
      const statement = `SELECT * REPLACE ('bench' AS capture_id) FROM connections ORDER BY connection_id LIMIT ${rows} OFFSET ${block * rows} FORMAT Native`;
      bodies.push({ bytes: await engine.bytes(statement), records: rows });
    }
    for (const table of ["connections", "connection_minutes"]) await engine.run(`TRUNCATE TABLE ${table}`);
    return bodies;
  } finally {
    await engine.stop();
  }
}

async function sendToHub(
  dataDir: string,
  bodies: ReadonlyMap<Signal, readonly Body[]>,
  blocks: readonly Body[],
  question: (hub: string) => Promise<Asked[]>,
): Promise<{ taken: { table: string; taken: Taken }[]; asked: Asked[] }> {
  const hub = await runHub(dataDir, "--otlp-http-port", "0", "--remote-write-port", "0");
  try {
    const pids = withChildren(hub.pid);
    const all: { table: string; taken: Taken }[] = [];
    for (const [signal, work] of bodies) {
      redraw(`sending ${signal.name}`);
      const url = `http://${await receiverAddress(hub.url, signal.receiver)}${signal.path}`;
      const taken = await sendAll(signal.name, { url: () => url, headers: signal.headers, bodies: work }, pids);
      all.push({ table: signal.table, taken });
    }
    redraw("sending connections");
    all.push({ table: "connections", taken: await sendBlocks(hub, blocks, pids) });
    return { taken: all, asked: await question(hub.url) };
  } finally {
    redraw("");
    await hub.stop();
  }
}

function sendBlocks(hub: RunningHub, bodies: readonly Body[], pids: readonly number[]): Promise<Taken> {
  const url = (index: number) => `${hub.url}/api/agents/bench/batches/connections?capture=bench&token=bench-${index}`;
  return sendAll("connections, as agents send them", { url, headers: {}, bodies }, pids);
}

/** Puts beside each what the engine does with the same rows, and what they take on disk. */
async function besideBare(dataDir: string, all: readonly { table: string; taken: Taken }[]): Promise<Ingested[]> {
  const engine = await startBareEngine(dataDir);
  try {
    await engine.settle();
    const ingested: Ingested[] = [];
    for (const { table, taken } of all) {
      redraw(`the engine alone: ${taken.name}`);
      ingested.push({
        ...taken,
        diskBytes: await bytesPerRow(engine, table),
        bare: await insertBare(engine, table, taken),
      });
    }
    return ingested;
  } finally {
    redraw("");
    await engine.stop();
  }
}

async function bytesPerRow(engine: BareEngine, table: string): Promise<number> {
  await engine.run(`OPTIMIZE TABLE ${table} FINAL`);
  return Number(
    await engine.run(
      `SELECT sum(bytes_on_disk) / sum(rows) FROM system.parts WHERE active AND database = currentDatabase() AND table = '${table}'`,
    ),
  );
}

async function insertBare(engine: BareEngine, table: string, { name, records }: Taken): Promise<Taken> {
  const bodies: Body[] = [];
  for (let at = 0; at < records; at += BARE_BLOCK_ROWS) {
    const rows = Math.min(BARE_BLOCK_ROWS, records - at);
    bodies.push({
      bytes: await engine.bytes(`SELECT * FROM ${table} LIMIT ${rows} OFFSET ${at} FORMAT Native`),
      records: rows,
    });
  }
  await engine.run(`CREATE TABLE bare_${table} AS ${table}`);
  return sendAll(name, engine.inserting(`bare_${table}`, bodies), [engine.pid]);
}

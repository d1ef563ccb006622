// What the scripts that record fixtures share: a wire that is written down, servers that are started and stopped, damage, transcripts.
// Needs Node only; everything stays on loopback.
import { execFileSync, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { createRequire } from "node:module";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const LOOPBACK = "127.0.0.1";

/**
 * @typedef {object} Packet What one side sent at one moment: `bytes`, or `gap` (bytes that never come), or `fin`.
 * @property {">" | "<"} sign To the server, or to the client.
 * @property {Buffer} [bytes]
 * @property {number} [gap]
 * @property {boolean} [fin]
 * @property {number} atMs Since the recording began.
 */

/**
 * Lets `client` talk to the server at `port` through a wire that is written down. `client` gets the wire's port; the recording ends when its
 * promise is settled and all connections are closed. Returns the packets of each connection, in the order in which they were opened.
 * @param {{ port: number, host?: string, client: (wirePort: number) => Promise<unknown> }} options
 * @returns {Promise<Packet[][]>}
 */
export async function recordConnections({ port, host = LOOPBACK, client }) {
  const connections = [];
  const open = new Set();
  const begin = performance.now();
  const wire = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    const packets = [];
    connections.push(packets);
    const far = connect({ port, host, allowHalfOpen: true, noDelay: true });
    const pass = (from, to, sign) => {
      open.add(from);
      from.on("data", (bytes) => {
        packets.push({ sign, bytes, atMs: performance.now() - begin });
        to.write(bytes);
      });
      from.on("end", () => to.end());
      from.on("error", () => to.destroy());
      from.on("close", () => open.delete(from));
    };
    pass(near, far, ">");
    pass(far, near, "<");
  });
  const wirePort = await listening(wire);
  try {
    await client(wirePort);
    for (let waits = 0; open.size > 0 && waits < 50; waits += 1) await sleep(20);
  } finally {
    for (const socket of open) socket.destroy();
    wire.close();
  }
  return connections;
}

/** `recordConnections` for a client that opens one connection: its packets. */
export async function recordThrough(options) {
  const [packets = []] = await recordConnections(options);
  return packets;
}

/**
 * The same for UDP: one list of packets for each address from which the client sends.
 * @param {{ port: number, host?: string, client: (wirePort: number) => Promise<unknown> }} options
 * @returns {Promise<Packet[][]>}
 */
export async function recordDatagrams({ port, host = LOOPBACK, client }) {
  const flows = new Map();
  const begin = performance.now();
  const near = createSocket("udp4");
  const flowOf = (peer) => {
    const known = flows.get(peer.port);
    if (known !== undefined) return known;
    const flow = { packets: [], far: createSocket("udp4") };
    flow.far.on("message", (bytes) => {
      flow.packets.push({ sign: "<", bytes, atMs: performance.now() - begin });
      near.send(bytes, peer.port, peer.address);
    });
    flows.set(peer.port, flow);
    return flow;
  };
  near.on("message", (bytes, peer) => {
    const { packets, far } = flowOf(peer);
    packets.push({ sign: ">", bytes, atMs: performance.now() - begin });
    far.send(bytes, port, host);
  });
  await new Promise((resolve) => near.bind(0, LOOPBACK, resolve));
  try {
    await client(near.address().port);
  } finally {
    near.close();
    for (const { far } of flows.values()) far.close();
  }
  return [...flows.values()].map(({ packets }) => packets);
}

/**
 * Asks a server over HTTP in turn, all over one connection: for recordings of what HTTP carries.
 * @param {number} port
 * @param {readonly { path: string, method?: string, headers?: Record<string, string>, body?: string, hangUpAfterMs?: number }[]} questions
 */
export async function askHttp(port, questions) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (const { body, hangUpAfterMs, ...options } of questions) {
    await new Promise((resolve) => {
      const question = request({ host: LOOPBACK, port, agent, ...options }, (answer) => {
        answer.resume();
        answer.on("close", resolve);
        if (hangUpAfterMs !== undefined) setTimeout(() => answer.destroy(), hangUpAfterMs);
      });
      question.on("error", resolve);
      question.end(body);
    });
  }
  agent.destroy();
}

/** A port of loopback that nobody listens at. */
export async function freePort() {
  const server = createServer();
  const port = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * Starts a server and waits until it listens at `port`. `stop` ends the process that was started, by its pid, and waits for its end.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ port: number, waitMs?: number, stopSignal?: NodeJS.Signals } & import("node:child_process").SpawnOptions} options
 */
export async function startServer(command, args, { port, waitMs = 30_000, stopSignal = "SIGTERM", ...options }) {
  const server = spawn(command, args, { stdio: "ignore", ...options });
  const ended = new Promise((resolve) => server.once("close", resolve));
  server.once("error", () => undefined);
  const stop = async () => {
    if (server.pid === undefined || server.exitCode !== null) return;
    process.kill(server.pid, stopSignal);
    const killing = setTimeout(() => server.kill("SIGKILL"), 10_000);
    await ended;
    clearTimeout(killing);
  };
  if (await isListening(port, waitMs, server)) return { pid: server.pid, port, stop };
  await stop();
  throw new Error(`${command} does not listen at port ${port}`);
}

/** A folder for servers' files; `remove` deletes it. */
export function temporaryFolder(name) {
  const path = mkdtempSync(join(tmpdir(), `${name}-fixtures-`));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Installs npm packages (`pg@8`) into a folder of their own. Returns what loads them, as `require` does. */
export function installPackages(folder, names) {
  execFileSync("npm", ["install", "--prefix", folder, "--no-audit", "--no-fund", "--loglevel=error", ...names], {
    stdio: "inherit",
  });
  return createRequire(join(folder, "index.cjs"));
}

/** Packets up to number `index`, of which only the first `keptBytes` are left. */
export function cut(packets, index, keptBytes) {
  const last = packets[index];
  return [...packets.slice(0, index), { ...last, bytes: last.bytes.subarray(0, keptBytes) }];
}

/** Packets with the bits of `mask` turned in byte `at` of packet `index`. */
export function flip(packets, index, at, mask = 0xff) {
  return lie(packets, index, at, [packets[index].bytes[at] ^ mask]);
}

/** Packets with other bytes from `at` on in packet `index`: a length that lies, a type that does not exist. */
export function lie(packets, index, at, bytes) {
  const other = Buffer.from(packets[index].bytes);
  other.set(bytes, at);
  return packets.with(index, { ...packets[index], bytes: other });
}

/** Packets of which packet `index` was not captured. */
export function lose(packets, index) {
  const { sign, bytes, atMs } = packets[index];
  return packets.with(index, { sign, gap: bytes.length, atMs });
}

/**
 * Writes a transcript (`transcript.ts` describes the format).
 * @param {URL} file
 * @param {object} options
 * @param {string} options.about What it shows.
 * @param {string} options.source Where it comes from.
 * @param {"good" | "hostile"} options.kind
 * @param {readonly [number, number]} [options.ports] Client's and server's.
 * @param {"tcp" | "udp"} [options.transport]
 * @param {"middle"} [options.start]
 * @param {readonly string[]} [options.keys] Lines of a TLS key log.
 * @param {string} [options.inside] Word of the protocol inside.
 * @param {string} [options.date] Of the first packet, RFC 3339.
 * @param {readonly Packet[]} options.packets
 * @param {"fin" | "reset" | "idle" | "captureEnd" | "replaced"} [options.close]
 */
export function writeTranscript(file, { packets, close = "fin", ports, ...heads }) {
  const head = Object.entries({ ...heads, ...(ports === undefined ? {} : { ports: ports.join(" ") }) })
    .filter(([, value]) => value !== undefined)
    .flatMap(([name, values]) => [values].flat().map((value) => `${name}: ${value}\n`));
  const beginMs = packets[0]?.atMs ?? 0;
  const lines = packets.map((packet) => {
    const time = ((packet.atMs - beginMs) / 1000).toFixed(6);
    return `${time} ${packet.sign} ${renderPacket(packet).join(`\n${" ".repeat(time.length + 3)}`)}\n`;
  });
  writeFileSync(file, `${head.join("")}\n${lines.join("")}close ${close}\n`);
}

const LINE_CHARS = 110;
const HEX_PAIRS_IN_LINE = 32;
/** Printable bytes in a row that are shown as text; a repeated byte is shown as `N * "x"` from this length on. */
const MIN_TEXT = 4;
const MIN_REPEAT = 48;
const PIECE = new RegExp(
  [
    `(?<repeat>([\\x20-\\x7e\\0])\\2{${MIN_REPEAT - 1},})`,
    `(?<text>(?:[\\x20-\\x7e\\r\\n\\t](?!([\\x20-\\x7e])\\4{${MIN_REPEAT - 1},})){${MIN_TEXT},})`,
    "(?<other>[^])",
  ].join("|"),
  "g",
);

/** A packet as lines: text where its bytes are text, hexadecimal elsewhere. */
function renderPacket({ bytes, gap, fin }) {
  if (fin === true) return ["fin"];
  if (gap !== undefined) return [`gap ${gap}`];
  const lines = [];
  let others = "";
  const flush = () => {
    const pairs = Buffer.from(others, "latin1").toString("hex").match(/../g) ?? [];
    for (let at = 0; at < pairs.length; at += HEX_PAIRS_IN_LINE)
      lines.push(`hex ${pairs.slice(at, at + HEX_PAIRS_IN_LINE).join(" ")}`);
    others = "";
  };
  for (const { groups } of bytes.toString("latin1").matchAll(PIECE)) {
    if (groups.other !== undefined) {
      others += groups.other;
      continue;
    }
    flush();
    if (groups.repeat !== undefined) lines.push(`${groups.repeat.length} * "${escaped(groups.repeat[0])}"`);
    else for (const line of groups.text.match(textLine) ?? []) lines.push(`"${escaped(line)}"`);
  }
  flush();
  return lines;
}

/** Lines of a text: up to its line feeds, none too long. */
const textLine = new RegExp(`[^\\n]{0,${LINE_CHARS - 1}}\\n|[^\\n]{1,${LINE_CHARS}}`, "g");

const ESCAPES = { "\r": "\\r", "\n": "\\n", "\t": "\\t", "\0": "\\0", "\\": "\\\\", '"': '\\"' };

function escaped(text) {
  return text.replace(/[\r\n\t\0\\"]/g, (character) => ESCAPES[character]);
}

function listening(server) {
  return new Promise((resolve) => server.listen(0, LOOPBACK, () => resolve(server.address().port)));
}

/** True as soon as somebody listens at the port; false when `server` ended or the time is over. */
async function isListening(port, waitMs, server) {
  const until = performance.now() + waitMs;
  while (performance.now() < until && server.exitCode === null && server.pid !== undefined) {
    const isOpen = await new Promise((resolve) => {
      const socket = connect(port, LOOPBACK, () => resolve(true));
      socket.on("error", () => resolve(false));
      socket.on("connect", () => socket.destroy());
    });
    if (isOpen) return true;
    await sleep(100);
  }
  return false;
}

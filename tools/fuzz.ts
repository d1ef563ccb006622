// npm run fuzz: what no dissector may do, whatever comes: throw, hang, or grow.
import { Direction } from "@weir/model";
import { CATALOG } from "../packages/protocols/src/catalog.ts";
import type { Dissector } from "../packages/protocols/src/contract.ts";
import { CARRIED_RECORDS } from "../packages/protocols/src/records.ts";
import { bytesOf } from "../packages/protocols/src/testing/cuts.ts";
import { fixturesOf } from "../packages/protocols/src/testing/fixtures.ts";
import { runRecognised, runTranscript } from "../packages/protocols/src/testing/run-transcript.ts";
import { recordingContext } from "../packages/protocols/src/testing/session-context.ts";
import type { Transcript } from "../packages/protocols/src/testing/transcript.ts";
import { fuzzAssociations } from "./fuzz-associations.ts";

const HELP = `Usage: npm run fuzz -- [PROTOCOL…] [--megabytes N] [--seed N] [--all]

Gives every dissector (or those named)
  - random bytes, in pieces of random length, in both directions, with holes: 10 MB, or N; to its session, and each piece to its probe
  - each of its fixtures with each single byte turned into another one: 5000 of a long one, all with --all
Protocols inside another one's messages (grpc, graphql …) get the random bytes in place of stretches of their fixtures. Of sctp, which is no dissector's,
flow gets random chunks.
and prints how long that took and the longest that a single piece took. A throw ends it with the seed and the place.
`;

/** Random bytes of one session; then a new one is opened. */
const SESSION_BYTES = 256 << 10;
/** The same share of random pieces begins like a fixture: else nothing gets past the first check. */
const SEEDED_SHARE = 0.5;
const HOLE_SHARE = 0.02;
/** Bytes of one fixture that are flipped, evenly spread where it is longer. */
const MAX_FLIPS = 5_000;
/** Longer than this for one piece of at most 4 KB is a hang. */
const MAX_PIECE_MS = 1_000;

const args = process.argv.slice(2);
if (args.includes("--help")) {
  process.stdout.write(HELP);
  process.exit(0);
}
const option = (name: string, standard: number) =>
  args.includes(name) ? Number(args[args.indexOf(name) + 1]) : standard;
const megabytes = option("--megabytes", 10);
const seed = option("--seed", 1);
const hasAll = args.includes("--all");
const named = args.filter((arg, index) => !arg.startsWith("--") && !(args[index - 1] ?? "").startsWith("--"));

const SCTP = "sctp";
const CARRIED: readonly string[] = CARRIED_RECORDS.map(({ id }) => id);
const known = [...CATALOG.map(({ id }) => id as string), ...CARRIED, SCTP];
const unknown = named.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`fuzz: there is no protocol ${unknown.join(", ")}; there are ${known.toSorted().join(", ")}\n`);
  process.exit(2);
}
const isWanted = (id: string) => named.length === 0 || named.includes(id);
const dissectors = (CATALOG as readonly Dissector[]).filter(({ id }) => isWanted(id));
process.stdout.write(
  `${"protocol".padEnd(14)} ${"random MB".padStart(10)} ${"s".padStart(7)} ${"slowest piece".padStart(14)} ${"flipped bytes".padStart(14)} ${"s".padStart(7)}\n`,
);
for (const dissector of dissectors) {
  const random = fuzzRandom(dissector);
  const flipped = fuzzFlips(dissector.id, (transcript) => runTranscript(dissector, transcript));
  printLine(dissector.id, random, flipped);
}
for (const id of CARRIED.filter(isWanted)) printLine(id, fuzzStretches(id), fuzzFlips(id, runRecognised));
if (isWanted(SCTP)) printLine(SCTP, fuzzAssociations(megabytes, generator(seed)), { ms: 0, count: 0 });

function printLine(
  id: string,
  random: { readonly ms: number; readonly slowestMs: number },
  flipped: { readonly ms: number; readonly count: number },
): void {
  process.stdout.write(
    `${id.padEnd(14)} ${String(megabytes).padStart(10)} ${seconds(random.ms)} ${`${random.slowestMs.toFixed(1)} ms`.padStart(14)} ${String(flipped.count).padStart(14)} ${seconds(flipped.ms)}\n`,
  );
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1).padStart(7);
}

/** Random bytes, some of them behind the beginning of a fixture. */
function fuzzRandom(dissector: Dissector): { ms: number; slowestMs: number } {
  const random = generator(seed);
  const beginnings = fixturesOf(dissector.id).flatMap(({ transcript }) =>
    transcript.events.flatMap((event) => (event.kind === "data" ? [event] : [])).slice(0, 4),
  );
  const started = performance.now();
  let slowestMs = 0;
  for (let done = 0; done < megabytes * 1e6; ) {
    const transport = dissector.transports[Math.floor(random() * dissector.transports.length)] ?? "tcp";
    const context = recordingContext({ transport, midStream: random() < 0.3 });
    const session = dissector.open(context);
    const end = done + SESSION_BYTES;
    for (let packetNumber = 1; done < end; packetNumber += 1) {
      const mark = { packetNumber, atNs: packetNumber * 1_000 };
      const direction = random() < 0.5 ? Direction.toServer : Direction.toClient;
      const beginning = beginnings[Math.floor(random() * beginnings.length)];
      const bytes = randomBytes(random, 1 + Math.floor(random() * 4096));
      if (beginning !== undefined && random() < SEEDED_SHARE) bytes.set(beginning.bytes.subarray(0, bytes.length));
      const before = performance.now();
      lookAt(dissector, direction, bytes, transport);
      const goesOn =
        random() < HOLE_SHARE
          ? session.gap(direction, Math.floor(random() * 1e6), mark)
          : session.data(beginning !== undefined && random() < 0.5 ? beginning.direction : direction, bytes, mark);
      const tookMs = performance.now() - before;
      slowestMs = Math.max(slowestMs, tookMs);
      if (tookMs > MAX_PIECE_MS) throw new Error(`${dissector.id}: ${tookMs} ms for one piece, seed ${seed}`);
      done += bytes.length;
      context.calls.length = 0;
      context.violations.length = 0;
      if (!goesOn) break;
    }
    session.close("captureEnd", { packetNumber: 1e6, atNs: 1e9 });
  }
  return { ms: performance.now() - started, slowestMs };
}

/** A first look at a piece: every stream of every protocol gets it. */
function lookAt(dissector: Dissector, direction: Direction, bytes: Uint8Array, transport: "tcp" | "udp"): void {
  dissector.probeCut?.(bytes);
  if (dissector.probe(direction, bytes, transport) === "match")
    dissector.asks(bytes, { transport, clientPort: 40_000, serverPort: 80 });
}

/** Random bytes in place of a stretch of a fixture, each read as a capture is: for protocols that have no streams of their own. */
function fuzzStretches(id: string): { ms: number; slowestMs: number } {
  const random = generator(seed);
  const fixtures = fixturesOf(id);
  const started = performance.now();
  let slowestMs = 0;
  for (let done = 0; done < megabytes * 1e6; ) {
    const fixture = fixtures[Math.floor(random() * fixtures.length)];
    const events = fixture?.transcript.events ?? [];
    const index = Math.floor(random() * events.length);
    const event = events[index];
    if (fixture === undefined || event?.kind !== "data") continue;
    const bytes = event.bytes.slice();
    const at = Math.floor(random() * bytes.length);
    const stretch = randomBytes(random, 1 + Math.floor(random() * (bytes.length - at)));
    bytes.set(stretch, at);
    const before = performance.now();
    runNamed(
      id,
      runRecognised,
      { ...fixture.transcript, events: events.with(index, { ...event, bytes }) },
      `${fixture.name}, packet ${event.mark.packetNumber}, ${stretch.length} bytes from ${at}`,
    );
    slowestMs = Math.max(slowestMs, performance.now() - before);
    done += stretch.length;
  }
  return { ms: performance.now() - started, slowestMs };
}

/** Every fixture with every single byte turned into another one. */
function fuzzFlips(id: string, run: (transcript: Transcript) => unknown): { ms: number; count: number } {
  const random = generator(seed);
  const started = performance.now();
  let count = 0;
  for (const { name, transcript } of fixturesOf(id)) {
    for (const [index, event] of transcript.events.entries()) {
      if (event.kind !== "data") continue;
      const step = hasAll ? 1 : Math.max(1, Math.ceil(bytesOf(transcript) / MAX_FLIPS));
      for (let at = 0; at < event.bytes.length; at += step) {
        const bytes = event.bytes.slice();
        bytes[at] = (bytes[at] ?? 0) ^ (1 + Math.floor(random() * 255));
        const events = transcript.events.with(index, { ...event, bytes });
        runNamed(id, run, { ...transcript, events }, `${name}, packet ${event.mark.packetNumber}, byte ${at}`);
        count += 1;
      }
    }
  }
  return { ms: performance.now() - started, count };
}

function runNamed(id: string, run: (transcript: Transcript) => unknown, transcript: Transcript, place: string): void {
  try {
    run(transcript);
  } catch (cause) {
    throw new Error(`${id}: ${place}, seed ${seed}`, { cause });
  }
}

function randomBytes(random: () => number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  // Small numbers are lengths and types that parsers follow: half of the pieces are made of them.
  const most = random() < 0.5 ? 256 : 16;
  for (let at = 0; at < length; at += 1) bytes[at] = random() * most;
  return bytes;
}

/** mulberry32: small, seeded, good enough to find trouble. */
function generator(from: number): () => number {
  let state = from >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

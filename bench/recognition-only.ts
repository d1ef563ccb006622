// How long each protocol takes to say of other protocols' streams that they are not its own: npx tsx bench/recognition-only.ts
// The streams are the good fixtures of all protocols, both directions; the first bytes of each are offered to every dissector but its own.
import { Direction } from "@weir/model";
import { CATALOG, type Dissector } from "@weir/protocols";
import { fixturesOf } from "../packages/protocols/src/testing/fixtures.ts";

/** Bytes of a segment: what a probe is first asked about. */
const SEGMENT_BYTES = 1460;
const ROUNDS = 400;
const WARM_ROUNDS = 40;

interface Start {
  readonly id: string;
  readonly transport: "tcp" | "udp";
  readonly direction: Direction;
  readonly bytes: Uint8Array;
}

const dissectors = (CATALOG as readonly Dissector[]).filter(({ isHandedOver }) => isHandedOver !== true);

function startsOf(id: string): Start[] {
  return fixturesOf(id)
    .map(({ transcript }) => transcript)
    .filter(({ kind, midStream }) => kind === "good" && !midStream)
    .flatMap(({ events, transport }) =>
      [Direction.toServer, Direction.toClient].flatMap((direction) => {
        const first = events.find((event) => event.kind === "data" && event.direction === direction);
        return first?.kind === "data"
          ? [{ id, transport, direction, bytes: first.bytes.subarray(0, SEGMENT_BYTES) }]
          : [];
      }),
    );
}

/** Mean time of one probe of a stream that is another protocol's, in nanoseconds. */
function probeNs(dissector: Dissector, foreign: readonly Start[]): number {
  const run = (rounds: number) => {
    const from = process.hrtime.bigint();
    for (let round = 0; round < rounds; round += 1)
      for (const { direction, bytes, transport } of foreign) dissector.probe(direction, bytes, transport);
    return Number(process.hrtime.bigint() - from);
  };
  run(WARM_ROUNDS);
  return run(ROUNDS) / ROUNDS / foreign.length;
}

const starts = dissectors.flatMap(({ id }) => startsOf(id));
for (const transport of ["tcp", "udp"] as const) {
  const asked = dissectors.filter(({ transports }) => transports.includes(transport));
  const times = asked
    .map((dissector) => {
      const foreign = starts.filter((start) => start.transport === transport && start.id !== dissector.id);
      return { id: dissector.id, ns: probeNs(dissector, foreign) };
    })
    .sort((a, b) => b.ns - a.ns);
  const sumNs = times.reduce((sum, { ns }) => sum + ns, 0);
  const shown = times.slice(0, 6).map(({ id, ns }) => `${id} ${ns.toFixed(0)}`);
  process.stdout.write(
    `${transport}: ${asked.length} protocols say no to a foreign stream in ${(sumNs / 1e3).toFixed(2)} µs in all; slowest, in ns: ${shown.join(", ")}\n`,
  );
}

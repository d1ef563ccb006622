import type { ConnectionMemory } from "./memory/connection-memory.ts";
import { CLIENT, Int, NO_RECORD, Real, SERVER, SideReal } from "./memory/connection-record.ts";
import { BUCKETS, CLIENT_AT, FIRST_BUCKET_NS, SERVER_AT, WIDTH_AT } from "./memory/throughput-record.ts";

/** Takes payload of the current connection, before it is in the totals. HOT PATH. */
export function noteThroughput(
  memory: ConnectionMemory,
  atNs: number,
  payloadBytes: number,
  fromClient: boolean,
): void {
  const { ints, reals, base } = memory;
  const sinceNs = atNs - reals[(base >> 1) + Real.startedAtNs]!;
  if (sinceNs < FIRST_BUCKET_NS && ints[base + Int.throughput] === NO_RECORD) return;
  const series = selectSeries(memory);
  const { reals: buckets } = memory.throughput;
  while (sinceNs >= buckets[series + WIDTH_AT]! * BUCKETS) widen(buckets, series);
  const bucket = Math.max(0, Math.floor(sinceNs / buckets[series + WIDTH_AT]!));
  buckets[series + (fromClient ? CLIENT_AT : SERVER_AT) + bucket]! += payloadBytes;
}

function selectSeries(memory: ConnectionMemory): number {
  const { ints, reals, base, throughput } = memory;
  if (ints[base + Int.throughput] !== NO_RECORD) return throughput.select(ints[base + Int.throughput]!) >> 1;
  ints[base + Int.throughput] = throughput.allocate();
  const series = throughput.select(ints[base + Int.throughput]!) >> 1;
  throughput.reals[series + CLIENT_AT] = reals[((base + CLIENT) >> 1) + SideReal.payloadBytes]!;
  throughput.reals[series + SERVER_AT] = reals[((base + SERVER) >> 1) + SideReal.payloadBytes]!;
  return series;
}

/** Joins buckets in pairs: half as many, twice as wide. */
function widen(buckets: Float64Array, series: number): void {
  buckets[series + WIDTH_AT]! *= 2;
  for (const at of [series + CLIENT_AT, series + SERVER_AT]) {
    for (let index = 0; index < BUCKETS / 2; index += 1)
      buckets[at + index] = buckets[at + 2 * index]! + buckets[at + 2 * index + 1]!;
    buckets.fill(0, at + BUCKETS / 2, at + BUCKETS);
  }
}

/** Payload of both sides over time; of a short connection one bucket. */
export interface Throughput {
  readonly bucketNs: number;
  readonly client: readonly number[];
  readonly server: readonly number[];
}

/** The current connection's throughput, up to the bucket of its last packet. */
export function throughputOf(memory: ConnectionMemory): Throughput {
  const { ints, reals, base, throughput } = memory;
  if (ints[base + Int.throughput] === NO_RECORD) {
    const client = reals[((base + CLIENT) >> 1) + SideReal.payloadBytes]!;
    const server = reals[((base + SERVER) >> 1) + SideReal.payloadBytes]!;
    return { bucketNs: FIRST_BUCKET_NS, client: [client], server: [server] };
  }
  const series = throughput.select(ints[base + Int.throughput]!) >> 1;
  const bucketNs = throughput.reals[series + WIDTH_AT]!;
  const lastedNs = reals[(base >> 1) + Real.lastAtNs]! - reals[(base >> 1) + Real.startedAtNs]!;
  const count = Math.min(BUCKETS, Math.floor(lastedNs / bucketNs) + 1);
  const bucketsOf = (at: number) => [...throughput.reals.subarray(series + at, series + at + count)];
  return { bucketNs, client: bucketsOf(CLIENT_AT), server: bucketsOf(SERVER_AT) };
}

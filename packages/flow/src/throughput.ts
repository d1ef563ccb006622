import type { ConnectionMemory } from "./memory/connection-memory.ts";
import { CLIENT, Int, NO_RECORD, Real, SERVER, SideReal } from "./memory/connection-record.ts";
import { BUCKETS, FIRST_BUCKET_NS, Series } from "./memory/throughput-record.ts";

/** Payload comes, and is not in the totals yet: where the present bucket is over, what they grew by is put into it. HOT PATH. */
export function noteThroughput(memory: ConnectionMemory, atNs: number): void {
  if (atNs >= memory.reals[(memory.base >> 1) + Real.bucketEndNs]!) endBucket(memory, atNs);
}

function endBucket(memory: ConnectionMemory, atNs: number): void {
  const { ints, reals, base, throughput } = memory;
  if (ints[base + Int.throughput] === NO_RECORD) ints[base + Int.throughput] = throughput.allocate();
  const series = throughput.select(ints[base + Int.throughput]!) >> 1;
  const { reals: buckets } = throughput;
  const startedAtNs = reals[(base >> 1) + Real.startedAtNs]!;
  const present = presentBucket(memory, buckets[series + Series.widthNs]!);
  for (const [side, before, first] of SIDES) {
    const total = reals[((base + side) >> 1) + SideReal.payloadBytes]!;
    buckets[series + first + present]! += total - buckets[series + before]!;
    buckets[series + before] = total;
  }
  while (atNs - startedAtNs >= buckets[series + Series.widthNs]! * BUCKETS) widen(buckets, series);
  const widthNs = buckets[series + Series.widthNs]!;
  const next = Math.floor((atNs - startedAtNs) / widthNs);
  reals[(base >> 1) + Real.bucketEndNs] = startedAtNs + (next + 1) * widthNs;
}

const SIDES = [
  [CLIENT, Series.clientBefore, Series.client],
  [SERVER, Series.serverBefore, Series.server],
] as const;

/** Which bucket is not over yet. */
function presentBucket({ reals, base }: ConnectionMemory, widthNs: number): number {
  const real = base >> 1;
  return Math.round((reals[real + Real.bucketEndNs]! - reals[real + Real.startedAtNs]!) / widthNs) - 1;
}

/** Joins buckets in pairs: half as many, twice as wide. */
function widen(buckets: Float64Array, series: number): void {
  buckets[series + Series.widthNs]! *= 2;
  for (const at of [series + Series.client, series + Series.server]) {
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

/** The current connection's throughput, up to the bucket of its last payload. */
export function throughputOf(memory: ConnectionMemory): Throughput {
  const { ints, reals, base, throughput } = memory;
  const client = reals[((base + CLIENT) >> 1) + SideReal.payloadBytes]!;
  const server = reals[((base + SERVER) >> 1) + SideReal.payloadBytes]!;
  const record = ints[base + Int.throughput]!;
  if (record === NO_RECORD) return { bucketNs: FIRST_BUCKET_NS, client: [client], server: [server] };
  const series = throughput.select(record) >> 1;
  const { reals: buckets } = throughput;
  const bucketNs = buckets[series + Series.widthNs]!;
  const present = presentBucket(memory, bucketNs);
  return {
    bucketNs,
    client: bucketsOf(buckets, series + Series.client, present, client - buckets[series + Series.clientBefore]!),
    server: bucketsOf(buckets, series + Series.server, present, server - buckets[series + Series.serverBefore]!),
  };
}

function bucketsOf(buckets: Float64Array, at: number, present: number, presentBytes: number): number[] {
  const list: number[] = [];
  for (let index = 0; index < present; index += 1) list.push(buckets[at + index]!);
  list.push(buckets[at + present]! + presentBytes);
  return list;
}

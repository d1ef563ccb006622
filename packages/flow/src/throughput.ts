import type { ConnectionMemory } from "./memory/connection-memory.ts";
import { CLIENT, Int, NO_RECORD, Real, SERVER, SideReal } from "./memory/connection-record.ts";
import { BUCKETS, Buckets, bucketAt, FIRST_BUCKET_NS, Series, setBucket } from "./memory/throughput-record.ts";

/** Payload comes, and is not in the totals yet: where the present bucket is over, what they grew by is put into it. HOT PATH. */
export function noteThroughput(memory: ConnectionMemory, atNs: number): void {
  if (atNs >= memory.reals[(memory.base >> 1) + Real.bucketEndNs]!) endBucket(memory, atNs);
}

function endBucket(memory: ConnectionMemory, atNs: number): void {
  const { ints, reals, base, throughput } = memory;
  if (ints[base + Int.throughput] === NO_RECORD) ints[base + Int.throughput] = throughput.allocate();
  const at = throughput.select(ints[base + Int.throughput]!);
  const series = at >> 1;
  const startedAtNs = reals[(base >> 1) + Real.startedAtNs]!;
  const present = presentBucket(memory, throughput.reals[series + Series.widthNs]!);
  addGrown(memory, at, CLIENT, Series.clientBefore, Buckets.client + present);
  addGrown(memory, at, SERVER, Series.serverBefore, Buckets.server + present);
  while (atNs - startedAtNs >= throughput.reals[series + Series.widthNs]! * BUCKETS) {
    throughput.reals[series + Series.widthNs]! *= 2;
    joinPairs(throughput.ints, at + Buckets.client);
    joinPairs(throughput.ints, at + Buckets.server);
  }
  const widthNs = throughput.reals[series + Series.widthNs]!;
  const next = Math.floor((atNs - startedAtNs) / widthNs);
  reals[(base >> 1) + Real.bucketEndNs] = startedAtNs + (next + 1) * widthNs;
}

/** Puts into a bucket what a side's total grew by since the last one ended. */
function addGrown(
  { reals, base, throughput }: ConnectionMemory,
  at: number,
  side: number,
  before: number,
  bucket: number,
): void {
  const total = reals[((base + side) >> 1) + SideReal.payloadBytes]!;
  const grown = total - throughput.reals[(at >> 1) + before]!;
  setBucket(throughput.ints, at + bucket, bucketAt(throughput.ints, at + bucket) + grown);
  throughput.reals[(at >> 1) + before] = total;
}

/** Which bucket is not over yet. */
function presentBucket({ reals, base }: ConnectionMemory, widthNs: number): number {
  const real = base >> 1;
  return Math.round((reals[real + Real.bucketEndNs]! - reals[real + Real.startedAtNs]!) / widthNs) - 1;
}

/** Half as many buckets, twice as wide. */
function joinPairs(ints: Int32Array, at: number): void {
  for (let index = 0; index < BUCKETS / 2; index += 1)
    setBucket(ints, at + index, bucketAt(ints, at + 2 * index) + bucketAt(ints, at + 2 * index + 1));
  ints.fill(0, at + BUCKETS / 2, at + BUCKETS);
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
  const at = throughput.select(record);
  const series = throughput.reals.subarray(at >> 1, (at >> 1) + Buckets.client / 2);
  const bucketNs = series[Series.widthNs]!;
  const present = presentBucket(memory, bucketNs);
  return {
    bucketNs,
    client: bucketsOf(throughput.ints, at + Buckets.client, present, client - series[Series.clientBefore]!),
    server: bucketsOf(throughput.ints, at + Buckets.server, present, server - series[Series.serverBefore]!),
  };
}

function bucketsOf(ints: Int32Array, at: number, present: number, presentBytes: number): number[] {
  const list: number[] = [];
  for (let index = 0; index < present; index += 1) list.push(bucketAt(ints, at + index));
  list.push(bucketAt(ints, at + present) + presentBytes);
  return list;
}

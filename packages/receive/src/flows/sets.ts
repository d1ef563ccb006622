import type { FlowFormat, FlowRecord } from "@weir/model";
import { BrokenMessage } from "../message/reader.ts";
import type { Rejections } from "../received.ts";
import type { FlowBytes } from "./bytes.ts";
import { newFacts, type RecordClock, takeField } from "./elements.ts";
import type { FlowOrigin } from "./flow.ts";
import { connectionOf, isOwnName } from "./own-elements.ts";
import type { ExporterMemory, Template, TemplateField } from "./templates.ts";
import { bootUnixNs } from "./uptime.ts";

/** Numbers of the sets that describe others, which are all that differs between the two. */
const SETS = {
  netflow9: { template: 0, options: 1 },
  ipfix: { template: 2, options: 3 },
} as const;
const FIRST_DATA_SET = 256;
const VARIABLE = 65_535;
const ENTERPRISE_BIT = 0x8000;
const NS_PER_S = 1_000_000_000n;

/** What is needed to read the sets of one datagram. */
interface Surroundings {
  readonly format: FlowFormat & keyof typeof SETS;
  readonly scope: string;
  readonly origin: FlowOrigin;
  readonly clock: RecordClock;
  readonly memory: ExporterMemory;
  readonly rejections: Rejections;
}

/** A datagram of NetFlow 9 (RFC 3954). */
export function readNetflow9(
  from: FlowBytes,
  exporter: string,
  receivedAt: bigint,
  memory: ExporterMemory,
  rejections: Rejections,
) {
  from.uint16();
  from.uint16();
  const uptimeMs = from.uint32();
  const unixSeconds = from.uint32();
  from.uint32();
  const domain = from.uint32();
  const clock = { sentUnixNs: BigInt(unixSeconds) * NS_PER_S, bootUnixNs: bootUnixNs(unixSeconds, 0, uptimeMs) };
  return readSets(from, surroundings("netflow9", exporter, domain, receivedAt, clock, memory, rejections));
}

/** A message of IPFIX (RFC 7011). */
export function readIpfix(
  from: FlowBytes,
  exporter: string,
  receivedAt: bigint,
  memory: ExporterMemory,
  rejections: Rejections,
) {
  from.uint16();
  // The message's length: a datagram holds one, and there are devices that count it too short.
  from.uint16();
  const unixSeconds = from.uint32();
  from.uint32();
  const domain = from.uint32();
  const clock = { sentUnixNs: BigInt(unixSeconds) * NS_PER_S, bootUnixNs: undefined };
  return readSets(from, surroundings("ipfix", exporter, domain, receivedAt, clock, memory, rejections));
}

function surroundings(
  format: Surroundings["format"],
  exporter: string,
  observationDomain: number,
  receivedAt: bigint,
  clock: RecordClock,
  memory: ExporterMemory,
  rejections: Rejections,
): Surroundings {
  const origin = { receivedAt, exporter, observationDomain, format };
  return { format, scope: `${format} ${exporter} ${observationDomain}`, origin, clock, memory, rejections };
}

function readSets(from: FlowBytes, around: Surroundings): FlowRecord[] {
  const records: FlowRecord[] = [];
  while (from.left >= 4) {
    const id = from.uint16();
    const lengthBytes = from.uint16();
    // Some devices fill the rest of the datagram with zeros.
    if (lengthBytes < 4) break;
    try {
      records.push(...readSet(id, from.part(lengthBytes - 4), around));
    } catch (error) {
      if (!(error instanceof BrokenMessage)) throw error;
      around.rejections.add("unreadable", `set ${id}: ${error.message}`);
      if (lengthBytes - 4 > from.left) break;
    }
  }
  return records;
}

function readSet(id: number, set: FlowBytes, around: Surroundings): FlowRecord[] {
  const { template, options } = SETS[around.format];
  if (id === template || id === options) {
    while (set.left >= 4) learnTemplate(set, id === options, around);
    return [];
  }
  if (id < FIRST_DATA_SET) return [];
  const known = around.memory.template(around.scope, id);
  if (known !== undefined) return readData(set, known, around);
  around.rejections.add("unknownTemplate", `${around.origin.exporter} has not yet described its records ${id}`);
  return [];
}

function learnTemplate(set: FlowBytes, isOptions: boolean, { format, scope, memory }: Surroundings): void {
  const id = set.uint16();
  let fieldCount = set.uint16();
  if (id < FIRST_DATA_SET) {
    // Filling at the end of a set.
    set.take(set.left);
    return;
  }
  if (fieldCount === 0) {
    memory.forget(scope, id);
    return;
  }
  if (isOptions) {
    // NetFlow 9 counts bytes of both kinds of fields, IPFIX fields, the scope's among them.
    const second = set.uint16();
    if (format === "netflow9") fieldCount = (fieldCount + second) / 4;
  }
  const fields: TemplateField[] = [];
  for (let at = 0; at < fieldCount; at += 1) {
    const element = set.uint16();
    const lengthBytes = set.uint16();
    const isVendors = format === "ipfix" && (element & ENTERPRISE_BIT) !== 0;
    const enterprise = isVendors ? set.uint32() : 0;
    fields.push({ element: isVendors ? element & ~ENTERPRISE_BIT : element, enterprise, lengthBytes });
  }
  memory.learn(scope, id, { fields, isOptions });
}

function readData(set: FlowBytes, { fields, isOptions }: Template, around: Surroundings): FlowRecord[] {
  const leastBytes = Math.max(
    1,
    fields.reduce((sum, { lengthBytes }) => sum + (lengthBytes === VARIABLE ? 1 : lengthBytes), 0),
  );
  const records: FlowRecord[] = [];
  const { memory, scope, origin, rejections, clock } = around;
  const ownEnterprise = memory.ownEnterprise(scope);
  while (set.left >= leastBytes) {
    const facts = newFacts();
    for (const field of fields) takeField(facts, field, set.take(lengthOf(field, set)), clock, ownEnterprise);
    if (isOptions) {
      if (facts.rate > 0) memory.learnRate(scope, facts.sampler, facts.rate);
      if (isOwnName(facts.describedName)) memory.learnOwnEnterprise(scope, facts.describedEnterprise);
    } else if (facts.flow.sourceAddress === "" && facts.flow.destinationAddress === "") {
      rejections.add("notIp", `a record of ${origin.exporter} has no addresses of IP`);
    } else {
      facts.flow.samplingRate = facts.rate;
      facts.flow.connection = connectionOf(facts.own);
      records.push(facts.flow.record(origin, memory.rate(scope, facts.sampler)));
    }
  }
  return records;
}

function lengthOf({ lengthBytes }: TemplateField, set: FlowBytes): number {
  if (lengthBytes !== VARIABLE) return lengthBytes;
  const short = set.uint8();
  return short === 255 ? set.uint16() : short;
}

import { decodeUtf8, formatIpv4, formatIpv6 } from "@weir/base";
import { wholeNumber } from "./bytes.ts";
import { Flow } from "./flow.ts";
import type { OwnElements } from "./own-elements.ts";
import type { TemplateField } from "./templates.ts";
import { NS_PER_MS, uptimeUnixNs } from "./uptime.ts";

/** What a record said, with what only makes sense beside the datagram's head or the device's options. */
export interface RecordFacts {
  readonly flow: Flow;
  sampler: number;
  /** Of options: the device looks at one of so many packets; 0 where it does not say. */
  rate: number;
  /** Of options: an element that is described, and whose it is. */
  describedName: string;
  describedEnterprise: number;
  /** Weir's own elements, where the sender is one. */
  readonly own: OwnElements;
}

/** When the datagram was sent, and when the device started; undefined in IPFIX, whose records may bring it themselves. */
export interface RecordClock {
  readonly sentUnixNs: bigint;
  bootUnixNs: bigint | undefined;
}

type Setter = (facts: RecordFacts, value: number, clock: RecordClock, bytes: Uint8Array) => void;
type Address = "sourceAddress" | "destinationAddress";
type Count = Exclude<keyof Flow, Address | "startedAt" | "endedAt" | "connection" | "record">;

const number =
  (name: Count): Setter =>
  ({ flow }, value) => {
    flow[name] = value;
  };
/** For elements of which devices send only one: it does not take what another one said. */
const otherwise =
  (name: Count): Setter =>
  ({ flow }, value) => {
    if (flow[name] === 0) flow[name] = value;
  };
const address =
  (name: Address): Setter =>
  ({ flow }, _, __, bytes) => {
    const text = bytes.length === 4 ? formatIpv4(bytes) : bytes.length === 16 ? formatIpv6(bytes) : "";
    // Records of both versions of IP in one carry zeros in the other one's fields.
    if (flow[name] === "" || bytes.some((byte) => byte !== 0)) flow[name] = text;
  };
const time =
  (name: "startedAt" | "endedAt", unixNs: (value: number, clock: RecordClock) => bigint | undefined): Setter =>
  ({ flow }, value, clock) => {
    const at = unixNs(value, clock);
    if (at !== undefined) flow[name] = at;
  };
const sinceBoot = (value: number, { bootUnixNs, sentUnixNs }: RecordClock) =>
  bootUnixNs === undefined ? undefined : uptimeUnixNs(bootUnixNs, value, sentUnixNs);
const times = (unit: bigint) => (value: number) => BigInt(value) * unit;
const before = (value: number, { sentUnixNs }: RecordClock) => sentUnixNs - BigInt(value) * 1_000n;
const rate: Setter = (facts, value) => {
  if (value > 0) facts.rate = value;
};
const sampler: Setter = (facts, value) => {
  facts.sampler = value;
};

/** Information elements (https://www.iana.org/assignments/ipfix), which NetFlow 9 numbers in the same way. */
const ELEMENTS: ReadonlyMap<number, Setter> = new Map([
  [1, number("countedBytes")],
  [2, number("countedPackets")],
  [4, number("ipProtocol")],
  [5, number("trafficClass")],
  [6, number("tcpFlags")],
  [7, number("sourcePort")],
  [8, address("sourceAddress")],
  [10, number("inputInterface")],
  [11, number("destinationPort")],
  [12, address("destinationAddress")],
  [14, number("outputInterface")],
  [16, number("sourceAs")],
  [17, number("destinationAs")],
  [21, time("endedAt", sinceBoot)],
  [22, time("startedAt", sinceBoot)],
  [23, otherwise("countedBytes")],
  [24, otherwise("countedPackets")],
  [27, address("sourceAddress")],
  [28, address("destinationAddress")],
  [34, rate],
  [48, sampler],
  [50, rate],
  [85, otherwise("countedBytes")],
  [86, otherwise("countedPackets")],
  [150, time("startedAt", times(1_000_000_000n))],
  [151, time("endedAt", times(1_000_000_000n))],
  [152, time("startedAt", times(NS_PER_MS))],
  [153, time("endedAt", times(NS_PER_MS))],
  [158, time("startedAt", before)],
  [159, time("endedAt", before)],
  [
    160,
    (_, value, clock) => {
      clock.bootUnixNs = BigInt(value) * NS_PER_MS;
    },
  ],
  [231, otherwise("countedBytes")],
  [298, otherwise("countedPackets")],
  [302, sampler],
  [305, rate],
  [
    341,
    (facts, _, __, bytes) => {
      facts.describedName = decodeUtf8(bytes);
    },
  ],
  [
    346,
    (facts, value) => {
      facts.describedEnterprise = value;
    },
  ],
  [
    306,
    // Of so many packets that are taken, as many again are left out.
    (facts, value) => {
      if (facts.rate > 0) facts.rate = Math.round((facts.rate + value) / facts.rate);
    },
  ],
]);

/** Takes one field of a record; `ownEnterprise` is whose Weir's elements are. Elements of vendors, and those that no flow record has a place for, are passed over. */
export function takeField(
  facts: RecordFacts,
  field: TemplateField,
  bytes: Uint8Array,
  clock: RecordClock,
  ownEnterprise: number | undefined,
): void {
  if (field.enterprise !== 0) {
    if (field.enterprise === ownEnterprise) facts.own.set(field.element, bytes);
    return;
  }
  ELEMENTS.get(field.element)?.(facts, bytes.length <= 8 ? wholeNumber(bytes) : 0, clock, bytes);
}

export function newFacts(): RecordFacts {
  return { flow: new Flow(), sampler: 0, rate: 0, describedName: "", describedEnterprise: 0, own: new Map() };
}

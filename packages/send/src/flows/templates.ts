import { DatagramWriter } from "./datagram-writer.ts";
import { ELEMENT_TYPES, type Element, type FlowSource, writeValue } from "./element.ts";
import { HEALTH_ELEMENTS, PLAIN_ELEMENTS } from "./own-elements.ts";
import { ADDRESSES, STANDARD_ELEMENTS, STANDARD_TEXTS } from "./standard-elements.ts";

export type FlowFormatOut = "ipfix" | "netflow9";

/** How records of one kind are laid out. Templates' numbers begin at 256. */
export interface FlowTemplate {
  readonly id: number;
  readonly elements: readonly Element[];
}

/** The templates of one format: with addresses of either version of IP, with TCP's health and without. */
export interface FlowTemplates {
  readonly all: readonly FlowTemplate[];
  of(isIpv6: boolean, hasHealth: boolean): FlowTemplate;
}

const FIRST_ID = 256;
const ENTERPRISE_BIT = 0x8000;

/** Records of NetFlow 9 have neither texts nor elements of vendors. */
export function flowTemplates(format: FlowFormatOut): FlowTemplates {
  const plain = format === "ipfix" ? [...STANDARD_ELEMENTS, ...STANDARD_TEXTS, ...PLAIN_ELEMENTS] : STANDARD_ELEMENTS;
  const health = format === "ipfix" ? [...plain, ...HEALTH_ELEMENTS] : plain;
  const all = [ADDRESSES.ipv4, ADDRESSES.ipv6].flatMap((addresses, version) =>
    [plain, health].map((elements, kind) => ({
      id: FIRST_ID + 2 * version + kind,
      elements: [...addresses, ...elements],
    })),
  );
  return {
    all: format === "ipfix" ? all : all.filter(({ id }) => id % 2 === 0),
    of: (isIpv6, hasHealth) =>
      all[(isIpv6 ? 2 : 0) + (hasHealth && format === "ipfix" ? 1 : 0)] ?? (all[0] as FlowTemplate),
  };
}

/** A template record: what fields there are, and how long each is. */
export function writeTemplate({ id, elements }: FlowTemplate, enterprise: number): Uint8Array {
  const writer = new DatagramWriter().uint16(id).uint16(elements.length);
  for (const { number, type, isOwn } of elements) {
    writer.uint16(isOwn ? number | ENTERPRISE_BIT : number).uint16(ELEMENT_TYPES[type].lengthBytes);
    if (isOwn) writer.uint32(enterprise);
  }
  return writer.bytes();
}

/** A data record. */
export function writeRecord({ elements }: FlowTemplate, source: FlowSource): Uint8Array {
  const writer = new DatagramWriter();
  for (const { type, value } of elements) writeValue(writer, type, value(source));
  return writer.bytes();
}

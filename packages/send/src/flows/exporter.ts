import type { Connection } from "@weir/model";
import type { Traffic } from "../metrics/edge-metrics.ts";
import { DatagramWriter } from "./datagram-writer.ts";
import { NAMES_TEMPLATE_ID, writeElementName, writeNamesTemplate } from "./element-names.ts";
import { flowHalves } from "./halves.ts";
import { OWN_ELEMENTS } from "./own-elements.ts";
import { type FlowFormatOut, type FlowTemplates, flowTemplates, writeRecord, writeTemplate } from "./templates.ts";

/** Largest datagram: it fits into an Ethernet frame with both headers, and through most tunnels. */
const MAX_DATAGRAM_BYTES = 1_400;
/** A collector that was started later, or lost a datagram, knows the records again after so long. */
const TEMPLATES_EVERY_MS = 60_000;
const SET_HEAD_BYTES = 4;
const FORMATS = {
  ipfix: { version: 10, headBytes: 16, templateSet: 2, optionsSet: 3 },
  netflow9: { version: 9, headBytes: 20, templateSet: 0, optionsSet: 1 },
} as const;

/** A template or a record, with the number of the set that it belongs into. */
interface SetItem {
  readonly set: number;
  readonly bytes: Uint8Array;
  readonly isData: boolean;
}

export interface FlowExporterOptions {
  readonly format: FlowFormatOut;
  /** Who defines Weir's elements: an enterprise number. */
  readonly enterprise: number;
  /** Tells several exporters of one address apart. */
  readonly observationDomain: number;
  readonly startMs: number;
}

/**
 * Connections as datagrams of IPFIX (RFC 7011) or NetFlow 9 (RFC 3954): two records each, one per direction, for few collectors know records of both (RFC 5103). Templates, and
 * in IPFIX the names of Weir's elements, come first and again every minute. Times are Unix milliseconds.
 */
export class FlowExporter {
  readonly #options: FlowExporterOptions;
  readonly #templates: FlowTemplates;
  #items: SetItem[] = [];
  #bytes = 0;
  #sequence = 0;
  #templatesAtMs = -Infinity;

  constructor(options: FlowExporterOptions) {
    this.#options = options;
    this.#templates = flowTemplates(options.format);
  }

  /** Takes what went over a connection since it was told last; returns the datagrams that are full, and the number of records, 0 where its addresses are not known. */
  add(
    connection: Connection,
    traffic: Traffic,
    isOver: boolean,
    nowMs: number,
  ): { readonly records: number; readonly datagrams: Uint8Array[] } {
    const halves = flowHalves(connection, traffic, isOver);
    const datagrams: Uint8Array[] = [];
    if (halves.length > 0 && nowMs - this.#templatesAtMs >= TEMPLATES_EVERY_MS) {
      this.#templatesAtMs = nowMs;
      datagrams.push(...this.#rest(nowMs));
      for (const item of this.#descriptions()) this.#put(item, nowMs, datagrams);
      // In datagrams of their own: nfcapd counts no records about elements, and would miss them in a sequence of flows.
      datagrams.push(...this.#rest(nowMs));
    }
    const hasHealth = connection.transport === "tcp" || connection.transport === "sctp";
    for (const half of halves) {
      const template = this.#templates.of(half.isIpv6, hasHealth);
      const bytes = writeRecord(template, { connection, half });
      this.#put({ set: template.id, bytes, isData: true }, nowMs, datagrams);
    }
    return { records: halves.length, datagrams };
  }

  /** The datagram that is not full yet; undefined where nothing waits. */
  flush(nowMs: number): Uint8Array | undefined {
    if (this.#items.length === 0) return undefined;
    const items = this.#items.splice(0);
    this.#bytes = 0;
    return this.#write(items, nowMs);
  }

  #rest(nowMs: number): Uint8Array[] {
    const datagram = this.flush(nowMs);
    return datagram === undefined ? [] : [datagram];
  }

  #put(item: SetItem, nowMs: number, full: Uint8Array[]): void {
    const { headBytes } = FORMATS[this.#options.format];
    // As if each item were a set of its own, padded: what is spared then is not worth another count.
    const itemBytes = SET_HEAD_BYTES + item.bytes.length + 3;
    if (headBytes + this.#bytes + itemBytes > MAX_DATAGRAM_BYTES) full.push(...this.#rest(nowMs));
    this.#items.push(item);
    this.#bytes += itemBytes;
  }

  #descriptions(): SetItem[] {
    const { format, enterprise } = this.#options;
    const { templateSet, optionsSet } = FORMATS[format];
    const templates = this.#templates.all.map((template) => ({
      set: templateSet,
      bytes: writeTemplate(template, enterprise),
      isData: false,
    }));
    if (format === "netflow9") return templates;
    const names = OWN_ELEMENTS.map((element) => ({
      set: NAMES_TEMPLATE_ID,
      bytes: writeElementName(element, enterprise),
      isData: true,
    }));
    return [...templates, { set: optionsSet, bytes: writeNamesTemplate(), isData: false }, ...names];
  }

  #write(items: readonly SetItem[], nowMs: number): Uint8Array {
    const { format, observationDomain, startMs } = this.#options;
    const sets = writeSets(items, format === "netflow9");
    const seconds = Math.floor(nowMs / 1000) % 2 ** 32;
    const writer = new DatagramWriter().uint16(FORMATS[format].version);
    if (format === "ipfix") {
      writer
        .uint16(FORMATS.ipfix.headBytes + sets.length)
        .uint32(seconds)
        .uint32(this.#sequence);
      // IPFIX counts data records, NetFlow 9 datagrams.
      this.#sequence = (this.#sequence + items.filter(({ isData }) => isData).length) % 2 ** 32;
    } else {
      writer
        .uint16(items.length)
        .uint32((nowMs - startMs) % 2 ** 32)
        .uint32(seconds)
        .uint32(this.#sequence);
      this.#sequence = (this.#sequence + 1) % 2 ** 32;
    }
    return writer.uint32(observationDomain).append(sets).bytes();
  }
}

/** Items one behind the other; those that follow each other in the same set share its head. */
function writeSets(items: readonly SetItem[], isPadded: boolean): Uint8Array {
  const writer = new DatagramWriter();
  for (let at = 0; at < items.length; ) {
    const { set } = items[at] as SetItem;
    let end = at;
    let bytes = 0;
    for (; items[end]?.set === set; end += 1) bytes += (items[end] as SetItem).bytes.length;
    const padding = isPadded ? (4 - (bytes % 4)) % 4 : 0;
    writer.uint16(set).uint16(SET_HEAD_BYTES + bytes + padding);
    for (; at < end; at += 1) writer.append((items[at] as SetItem).bytes);
    writer.append(new Uint8Array(padding));
  }
  return writer.bytes();
}

import { type Descent, enterLayer } from "../descent.ts";
import { Verdict } from "../packet.ts";
import { decodeLlc } from "./llc.ts";

/** IEEE 802.11 data frames, unprotected: address fields, optional QoS and HT control, then LLC. */
const DATA_TYPE = 2;
const QOS_BIT = 0x80;
const NO_DATA_BIT = 0x40;
const Flag = { toDs: 0x01, fromDs: 0x02, protected: 0x40, order: 0x80 } as const;

export function decodeIeee80211(way: Descent, at: number, end: number): Verdict {
  const { view } = way.packet;
  if (end - at < 24) return Verdict.truncatedLink;
  const control = view.getUint8(at);
  const flags = view.getUint8(at + 1);
  const isData = ((control >> 2) & 3) === DATA_TYPE && (control & NO_DATA_BIT) === 0;
  if (!isData || (flags & Flag.protected) !== 0) return Verdict.notIp;
  const hasFourAddresses = (flags & Flag.toDs) !== 0 && (flags & Flag.fromDs) !== 0;
  let inside = at + 24 + (hasFourAddresses ? 6 : 0);
  const hasQos = (control & QOS_BIT) !== 0;
  if (hasQos) {
    if (end - inside < 2) return Verdict.truncatedLink;
    const isAggregate = (view.getUint8(inside) & 0x80) !== 0;
    inside += 2 + ((flags & Flag.order) !== 0 ? 4 : 0);
    if (isAggregate) return decodeFirstOfAggregate(way, inside, end);
  }
  return decodeLlc(way, inside, end);
}

/** An A-MSDU holds several frames; the first is decoded, the others are not packets of the capture. */
function decodeFirstOfAggregate(way: Descent, at: number, end: number): Verdict {
  return end - at < 14 ? Verdict.truncatedLink : decodeLlc(way, at + 14, end);
}

/** Radiotap: a header whose length stands in it, little-endian; padding between 802.11 header and body is not undone. */
export function decodeRadiotap(way: Descent, at: number, end: number): Verdict {
  if (end - at < 8) return Verdict.truncatedLink;
  return decodeIeee80211(way, at + way.packet.view.getUint16(at + 2, true), end);
}

/** Prism (fixed length) or AVS (length inside), told apart by AVS's version number. */
export function decodePrism(way: Descent, at: number, end: number): Verdict {
  const { view } = way.packet;
  if (end - at < 8) return Verdict.truncatedLink;
  const isAvs = view.getUint32(at) >>> 16 === 0x8021;
  return decodeIeee80211(way, at + (isAvs ? view.getUint32(at + 4) : 144), end);
}

/** Per-Packet Information: a header with its length and the link type inside, little-endian. */
export function decodePpi(way: Descent, at: number, end: number): Verdict {
  const { view } = way.packet;
  if (end - at < 8) return Verdict.truncatedLink;
  const inner = view.getUint32(at + 4, true);
  if (!enterLayer(way)) return Verdict.tooManyLayers;
  return way.link(way, inner, at + Math.max(8, view.getUint16(at + 2, true)), end);
}

import { bytesOf, concat } from "./scripted-capture.ts";

/** What a pcapng file says beside its packets. */
export interface PcapngScript {
  /** TLS secrets in front of the packets, as a key log has them. */
  readonly keyLog?: string;
  /** Packets that were lost: in the statistics of its interface, at the end; none where it is absent. */
  readonly atTheEnd?: number;
  /** With a packet, by its number: lost since the packet before it. */
  readonly before?: Readonly<Record<number, number>>;
}

const PCAP_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;

/** A pcap file as it comes from `ScriptedCapture.toPcap`, as pcapng with one interface of nanoseconds. */
export function toPcapng(pcap: Uint8Array, { keyLog, atTheEnd, before = {} }: PcapngScript = {}): Uint8Array {
  const view = new DataView(pcap.buffer, pcap.byteOffset, pcap.byteLength);
  const blocks = [
    block(0x0a0d0d0a, words(0x1a2b3c4d, 1, 0xffffffff, 0xffffffff)),
    // Ethernet; if_tsresol 9.
    block(1, concat(words(1, 0), Uint8Array.of(9, 0, 1, 0, 9, 0, 0, 0), words(0))),
  ];
  if (keyLog !== undefined) blocks.push(secretsBlock(bytesOf(keyLog)));
  let number = 0;
  for (let at = PCAP_HEADER_BYTES; at < pcap.length; ) {
    number += 1;
    const [captured, original] = [view.getUint32(at + 8, true), view.getUint32(at + 12, true)];
    const time = BigInt(view.getUint32(at, true)) * 1_000_000_000n + BigInt(view.getUint32(at + 4, true));
    const bytes = pcap.subarray(at + RECORD_HEADER_BYTES, at + RECORD_HEADER_BYTES + captured);
    const lost = before[number];
    // epb_dropcount, and the end of options.
    const options = lost === undefined ? new Uint8Array(0) : concat(words(0x0008_0004, lost, 0), words(0));
    const head = words(0, Number(time >> 32n), Number(time & 0xffffffffn), captured, original);
    blocks.push(block(6, concat(head, bytes, new Uint8Array(-captured & 3), options)));
    at += RECORD_HEADER_BYTES + captured;
  }
  // isb_ifdrop.
  if (atTheEnd !== undefined) blocks.push(block(5, concat(words(0, 0, 0, 0x0008_0005, atTheEnd, 0), words(0))));
  return concat(...blocks);
}

/** Decryption Secrets Block; its kind `TLSK` is the text of a key log. */
function secretsBlock(text: Uint8Array): Uint8Array {
  return block(10, concat(words(0x544c534b, text.length), text, new Uint8Array(-text.length & 3)));
}

function block(type: number, body: Uint8Array): Uint8Array {
  return concat(words(type, body.length + 12), body, words(body.length + 12));
}

function words(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of values.entries()) view.setUint32(index * 4, value, true);
  return bytes;
}

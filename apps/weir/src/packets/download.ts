import { addressBytes } from "@weir/identity";
import {
  type CaptureReader,
  interfaceBlock,
  namesBlock,
  type Packet,
  packetBlock,
  sectionBlock,
  type WrittenInterface,
} from "@weir/wire";
import { VERSION } from "../version.ts";
import { type PacketSource, readConnectionPackets } from "./connection-packets.ts";

/** Bytes of a download at most: what a browser can still take. */
const MAX_DOWNLOAD_BYTES = 256 << 20;

/** What a capture file says beside its packets. */
export interface FileNotes {
  /** What the packets are, for people: shown by Wireshark as the file's comment. */
  readonly comment: string;
  readonly names: readonly { readonly address: string; readonly name: string }[];
}

/** Packets of connections as a capture file of its own (pcapng): their bytes, times and numbers as they were captured, names of addresses, and no keys. */
export async function connectionPcapng(source: PacketSource, notes: FileNotes): Promise<Uint8Array> {
  const file = new PacketFile(notes);
  await readConnectionPackets(source, (packet, reader) => file.add(packet, reader));
  return Buffer.concat(file.take());
}

/** A pcapng file that is written packet by packet, up to {@link MAX_DOWNLOAD_BYTES}. */
export class PacketFile {
  readonly #interfaces = new InterfaceTable();
  #parts: Uint8Array[];
  #bytes = 0;

  constructor(notes: FileNotes) {
    this.#parts = headOf(notes);
  }

  /** Adds a packet that `reader` has read; false where the file is full. */
  add(packet: Packet, { summary, startUnixNs }: CaptureReader): boolean {
    const name = summary.interfaces[packet.interfaceId]?.name ?? "";
    const index = this.#interfaces.indexOf(packet, name, (block) => this.#parts.push(block));
    const block = packetBlock(packet, index, startUnixNs + BigInt(Math.round(packet.atNs)));
    if (this.#bytes + block.length > MAX_DOWNLOAD_BYTES) return false;
    this.#bytes += block.length;
    this.#parts.push(block);
    return true;
  }

  /** What was written since it was taken last. */
  take(): Uint8Array[] {
    const parts = this.#parts;
    this.#parts = [];
    return parts;
  }
}

/** What stands before the first packet. */
function headOf({ comment, names }: FileNotes): Uint8Array[] {
  const known = names.flatMap(({ address, name }) => {
    const bytes = addressBytes(address);
    return bytes === undefined || name === address || name === "" ? [] : [{ address: bytes, name }];
  });
  const section = sectionBlock({ application: `weir ${VERSION}`, comment });
  return known.length === 0 ? [section] : [section, namesBlock(known)];
}

/** The interfaces that a file describes, each before its first packet. */
export class InterfaceTable {
  readonly #known = new Map<string, number>();

  /** The place of a packet's interface; one that is new is given to `write` first. */
  indexOf(
    { interfaceId, linkType }: Pick<Packet, "interfaceId" | "linkType">,
    name: WrittenInterface["name"],
    write: (block: Uint8Array) => void,
  ): number {
    const key = `${interfaceId} ${linkType}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const index = this.#known.size;
    this.#known.set(key, index);
    write(interfaceBlock({ name, linkType }));
    return index;
  }
}

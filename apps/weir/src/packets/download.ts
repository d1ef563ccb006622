import { pcapHeader, pcapRecord } from "@weir/wire";
import { type ConnectionKey, readConnectionPackets } from "./connection-packets.ts";

/** Bytes of a download at most: what a browser can still take. */
const MAX_DOWNLOAD_BYTES = 256 << 20;

/** The packets of a connection as a capture file of its own, with their original times. */
export async function connectionPcap(file: string, key: ConnectionKey): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  await readConnectionPackets(file, key, (packet, reader) => {
    if (parts.length === 0) parts.push(pcapHeader(packet.linkType));
    const record = pcapRecord(packet, reader.startUnixNs);
    bytes += record.length;
    if (bytes > MAX_DOWNLOAD_BYTES) return false;
    parts.push(record);
    return true;
  });
  return Buffer.concat(parts);
}

import { existsSync } from "node:fs";
import { addressBytes } from "@weir/identity";
import { endsHash } from "@weir/wire";
import { type ConnectionKey, readConnectionPackets } from "../../packets/connection-packets.ts";
import { type FileNotes, PacketFile } from "../../packets/download.ts";
import type { HistoryFolder } from "./history-folder.ts";
import { mayHold } from "./segment.ts";

/** Which packets are wanted: those of some connections of one run, between two moments. */
export interface PacketQuestion {
  readonly captureId: string;
  readonly keys: readonly ConnectionKey[];
  /** Unix time. */
  readonly fromNs: bigint;
  readonly toNs: bigint;
}

/** Packets out of the history, as pieces of a pcapng file: whole where they are still kept. Segments that hold none of them are not opened. */
export async function* keptPackets(
  history: HistoryFolder,
  { captureId, keys, fromNs, toNs }: PacketQuestion,
  notes: FileNotes,
): AsyncGenerator<Uint8Array> {
  const out = new PacketFile(notes);
  const hashes = keys.map(hashOf);
  const isIndexed = hashes.every((hash) => hash !== undefined);
  for (const { file } of history.between(captureId, fromNs, toNs)) {
    // It may have gone while those before it were read.
    if (!existsSync(file) || (isIndexed && !mayHold(file, hashes))) continue;
    await readConnectionPackets({ file, keys, isPart: true }, (packet, reader) => out.add(packet, reader));
    yield* out.take();
  }
  yield* out.take();
}

/** The hash of a connection's ends; undefined where it has none, or several, in the index: pings, associations, and records that sum up attempts. */
function hashOf({
  transport,
  clientAddress,
  clientPort,
  serverAddress,
  serverPort,
}: ConnectionKey): number | undefined {
  const client = addressBytes(clientAddress);
  const server = addressBytes(serverAddress);
  if (
    transport === "icmp" ||
    transport === "sctp" ||
    client === undefined ||
    server === undefined ||
    clientPort === 0 ||
    serverPort === 0
  )
    return undefined;
  const bytes = new Uint8Array(client.length + server.length);
  bytes.set(client);
  bytes.set(server, client.length);
  return endsHash({
    view: new DataView(bytes.buffer),
    addressBytes: client.length,
    sourceAddressAt: 0,
    destinationAddressAt: client.length,
    sourcePort: clientPort,
    destinationPort: serverPort,
  });
}

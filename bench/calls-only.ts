// Reads a capture's calls and nothing else: no names beyond addresses, no findings, no output. Prints how many there were of each protocol.
import { openSync, readSync } from "node:fs";
import { Names } from "@weir/identity";
import { Pipeline } from "@weir/pipeline";
import { ProbeMemory } from "@weir/protocols";
import { CaptureReader } from "@weir/wire";

const CHUNK_BYTES = 8 << 20;
const [path = ""] = process.argv.slice(2);
const file = openSync(path, "r");
const chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
const calls = new Map<string, number>();
const pipeline = new Pipeline({
  captureId: "bench",
  names: new Names(),
  probeMemory: new ProbeMemory(),
  sink: {
    connection: () => undefined,
    call: ({ protocol }) => calls.set(protocol, (calls.get(protocol) ?? 0) + 1),
  },
});
const reader = new CaptureReader();
const take: Parameters<CaptureReader["push"]>[1] = (packet) => pipeline.packet(packet, reader.startUnixNs);
for (let bytes = readSync(file, chunk); bytes > 0; bytes = readSync(file, chunk))
  reader.push(chunk.subarray(0, bytes), take);
reader.end(take);
pipeline.finish();
process.stdout.write(`${[...calls].map(([protocol, count]) => `${count} calls of ${protocol}`).join(", ")}\n`);

// Reads a capture's calls and nothing else: no names beyond addresses, no findings, no output. Prints how many there were of each protocol.
import { Names } from "@weir/identity";
import { Pipeline } from "@weir/pipeline";
import { ProbeMemory } from "@weir/protocols";
import { CaptureReader } from "@weir/wire";
import { readAhead } from "../apps/weir/src/capture-source/read-ahead.ts";

const [path = ""] = process.argv.slice(2);
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
for await (const chunk of readAhead(path)) reader.push(chunk, take);
reader.end(take);
pipeline.finish();
process.stdout.write(`${[...calls].map(([protocol, count]) => `${count} calls of ${protocol}`).join(", ")}\n`);

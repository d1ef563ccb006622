// Reads a capture's packets and keeps the health of its connections; no streams are dissected. Prints how many there were.
import { openSync, readSync } from "node:fs";
import { FlowEngine } from "@weir/flow";
import { CaptureReader } from "@weir/wire";

const CHUNK_BYTES = 1 << 19;
const [path = ""] = process.argv.slice(2);
const file = openSync(path, "r");
const chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
const reader = new CaptureReader();
let connections = 0;
const ignore = () => undefined;
const engine = new FlowEngine({
  streams: false,
  sink: {
    opened: ignore,
    data: ignore,
    gap: ignore,
    ended: ignore,
    closed: () => {
      connections += 1;
    },
  },
});
for (let bytes = readSync(file, chunk); bytes > 0; bytes = readSync(file, chunk)) {
  reader.push(chunk.subarray(0, bytes), (packet) => engine.packet(packet));
}
reader.end((packet) => engine.packet(packet));
engine.finish();
process.stdout.write(`${reader.summary.packets} packets, ${connections} connections\n`);

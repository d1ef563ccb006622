// Reads a capture's packets and headers and nothing else; prints how many there were.
import { openSync, readSync } from "node:fs";
import { CaptureReader } from "@weir/wire";

const CHUNK_BYTES = 8 << 20;
const [path = ""] = process.argv.slice(2);
const file = openSync(path, "r");
const chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
const reader = new CaptureReader();
let payloadBytes = 0;
for (let bytes = readSync(file, chunk); bytes > 0; bytes = readSync(file, chunk)) {
  reader.push(chunk.subarray(0, bytes), (packet) => {
    payloadBytes += packet.payloadBytes;
  });
}
reader.end(() => undefined);
process.stdout.write(`${reader.summary.packets} packets, ${payloadBytes} bytes of payload\n`);

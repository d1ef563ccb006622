// Reads a capture's packets and headers and nothing else; prints how many there were.
import { CaptureReader } from "@weir/wire";
import { readAhead } from "../apps/weir/src/capture-source/read-ahead.ts";

const [path = ""] = process.argv.slice(2);
const reader = new CaptureReader();
let payloadBytes = 0;
for await (const chunk of readAhead(path)) {
  reader.push(chunk, (packet) => {
    payloadBytes += packet.payloadBytes;
  });
}
reader.end(() => undefined);
process.stdout.write(`${reader.summary.packets} packets, ${payloadBytes} bytes of payload\n`);

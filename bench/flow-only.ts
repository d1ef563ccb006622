// Reads a capture's packets and keeps the health of its connections; no streams are dissected. Prints how many there were. With `--records` a record
// of all its numbers is made of each connection.
import { openSync, readSync } from "node:fs";
import { FlowEngine } from "@weir/flow";
import { CaptureReader } from "@weir/wire";

const CHUNK_BYTES = 1 << 19;
const [path = "", option] = process.argv.slice(2);
const makesRecords = option === "--records";
const file = openSync(path, "r");
const chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
const reader = new CaptureReader();
let connections = 0;
let retransmissions = 0;
const ignore = () => undefined;
const engine = new FlowEngine({
  streams: false,
  sink: {
    opened: ignore,
    data: ignore,
    gap: ignore,
    ended: ignore,
    closed: (_, health) => {
      connections += 1;
      if (!makesRecords) return;
      const { clientRetransmissions, serverRetransmissions } = health.record();
      retransmissions += clientRetransmissions + serverRetransmissions;
    },
  },
});
for (let bytes = readSync(file, chunk); bytes > 0; bytes = readSync(file, chunk)) {
  reader.push(chunk.subarray(0, bytes), (packet) => engine.packet(packet));
}
reader.end((packet) => engine.packet(packet));
engine.finish();
const found = makesRecords ? `, ${retransmissions} retransmissions` : "";
process.stdout.write(`${reader.summary.packets} packets, ${connections} connections${found}\n`);

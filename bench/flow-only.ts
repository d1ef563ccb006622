// Reads a capture's packets and keeps the health of its connections; no streams are dissected. Prints how many there were. With `--records` a record
// of all its numbers is made of each connection.
import { FlowEngine } from "@weir/flow";
import { CaptureReader } from "@weir/wire";
import { readAhead } from "../apps/weir/src/capture-source/read-ahead.ts";

const [path = "", option] = process.argv.slice(2);
const makesRecords = option === "--records";
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
for await (const chunk of readAhead(path)) {
  reader.push(chunk, (packet) => engine.packet(packet));
}
reader.end((packet) => engine.packet(packet));
engine.finish();
const found = makesRecords ? `, ${retransmissions} retransmissions` : "";
process.stdout.write(`${reader.summary.packets} packets, ${connections} connections${found}\n`);

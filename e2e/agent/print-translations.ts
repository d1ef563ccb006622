import { ConntrackSocket, loadNative } from "@weir/capture";
import { parseConntrackEvents } from "@weir/identity";

/* Prints what the kernel tells of translated connections, a line each; run in the network namespace that is asked about. */

const native = loadNative();
if (native instanceof Error) throw native;
const socket = new ConntrackSocket(native);
process.stderr.write("listening\n");
setInterval(() => {
  socket.read((datagram) => {
    for (const event of parseConntrackEvents(datagram)) process.stdout.write(`${JSON.stringify(event)}\n`);
  });
}, 20);

import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { loadNative } from "@weir/capture";
import { CaptureReader } from "@weir/wire";

/*
 * Sends the frames of a capture on an interface, again and again, at a rate: `send.ts DEVICE CAPTURE PACKETS_PER_SECOND SECONDS`; `once` instead of seconds
 * sends each of them once. Prints how many it sent.
 * Each time is other connections than the time before: the clients' ports are the next ones. The same ones again would be retransmissions.
 * One system call sends many frames (sendmmsg), so that sending is not what is measured.
 */

const AF_PACKET = 17;
const SOCK_RAW = 3;
const SEND_BUFFER = 7;
const SOL_SOCKET = 1;
const IOVEC_BYTES = 16;
const MESSAGE_BYTES = 64;
const MOST_AT_ONCE = 512;
const TURN_MS = 2;
/** Of Ethernet frames with IPv4 headers without options. */
const SOURCE_PORT_AT = 34;
const DESTINATION_PORT_AT = 36;
/** Clients' ports; servers' are below. */
const FIRST_CLIENT_PORT = 32_768;

const [device = "", file = "", rateText = "", secondsText = ""] = process.argv.slice(2);
const rate = Number(rateText);
const isOnce = secondsText === "once";
const seconds = isOnce ? Number.POSITIVE_INFINITY : Number(secondsText);
const native = loadNative();
if (native instanceof Error) throw native;
const { koffi, libc } = native;
const sendmmsg = koffi.load(null).func("int sendmmsg(int, void *, unsigned int, int)");

/** All frames, and what sendmmsg reads of them. Kept by name: C has only their addresses. */
const frames: Uint8Array[] = [];
const clientPortsAt: number[] = [];
new CaptureReader().push(readFileSync(file), ({ frame, frameStart, frameEnd }) => {
  frames.push(frame.slice(frameStart, frameEnd));
});
const memory = Buffer.concat(frames);
const vectors = Buffer.alloc(frames.length * IOVEC_BYTES);
const messages = Buffer.alloc(frames.length * MESSAGE_BYTES);
const [memoryAt, vectorsAt] = [BigInt(koffi.address(memory)), BigInt(koffi.address(vectors))];
let offset = 0;
frames.forEach((frame, index) => {
  vectors.writeBigUInt64LE(memoryAt + BigInt(offset), index * IOVEC_BYTES);
  vectors.writeBigUInt64LE(BigInt(frame.length), index * IOVEC_BYTES + 8);
  messages.writeBigUInt64LE(vectorsAt + BigInt(index * IOVEC_BYTES), index * MESSAGE_BYTES + 16);
  messages.writeBigUInt64LE(1n, index * MESSAGE_BYTES + 24);
  const isFromClient = new DataView(frame.buffer).getUint16(SOURCE_PORT_AT) >= FIRST_CLIENT_PORT;
  clientPortsAt.push(offset + (isFromClient ? SOURCE_PORT_AT : DESTINATION_PORT_AT));
  offset += frame.length;
});

/** The clients' next ports. Checksums stay as they are: nobody who watches looks at them. */
function renumber(): void {
  for (const at of clientPortsAt)
    memory.writeUInt16BE(Math.max(FIRST_CLIENT_PORT, (memory.readUInt16BE(at) + 1) & 0xffff), at);
}

const fd = libc.socket(AF_PACKET, SOCK_RAW, 0);
const address = Buffer.alloc(20);
address.writeUInt16LE(AF_PACKET, 0);
address.writeInt32LE(libc.if_nametoindex(device), 4);
libc.setsockopt(fd, SOL_SOCKET, SEND_BUFFER, Buffer.from(Uint32Array.of(8 << 20).buffer), 4);
if (libc.bind(fd, address, address.length) !== 0) throw new Error(`cannot send on ${device}`);

let sent = 0;
const startedAt = performance.now();
for (;;) {
  const elapsedMs = performance.now() - startedAt;
  if (elapsedMs >= seconds * 1_000) break;
  if (isOnce && sent >= frames.length) break;
  const wanted = Math.floor((elapsedMs / 1_000) * rate);
  const due = isOnce ? Math.min(wanted, frames.length) : wanted;
  while (sent < due) {
    const from = sent % frames.length;
    const count = Math.min(due - sent, MOST_AT_ONCE, frames.length - from);
    const done: number = sendmmsg(fd, messages.subarray(from * MESSAGE_BYTES), count, 0);
    if (done <= 0) break;
    sent += done;
    if (sent % frames.length === 0) renumber();
  }
  await sleep(TURN_MS);
}
process.stdout.write(`${sent}\n`);

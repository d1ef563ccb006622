import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";
import type { Reading } from "@weir/receive";
import { encodeReading } from "@weir/receive";
import type { Intake } from "../intake.ts";
import type { Receiver } from "../receiver.ts";

/** Room in the system for datagrams that arrive while others are read; it may grant less. */
const SOCKET_BUFFER_BYTES = 4 << 20;

/** Reads datagrams; made anew for each hub, so that it may remember what earlier ones said. */
export type DatagramReader = (datagram: Uint8Array, from: RemoteInfo, nowMs: number) => Reading;

/** A receiver of datagrams. Nobody is answered: what cannot be kept is counted as lost. */
export function udpReceiver(
  what: Pick<Receiver, "name" | "title" | "standardPort">,
  newReader: () => DatagramReader,
): Receiver {
  return {
    ...what,
    transport: "udp",
    async open({ host, port, takes }, intake) {
      const socket = createSocket(isIPv6(host) ? "udp6" : "udp4");
      const read = newReader();
      socket.on("message", (datagram, from) => {
        if (takes(from.address)) take(datagram, from, read, intake);
        else intake.counts.turnedAway("forbidden", `${from.address} is in no network of --senders`, Date.now());
      });
      await bound(socket, host, port);
      return { port: socket.address().port, close: () => new Promise((resolve) => socket.close(() => resolve())) };
    },
  };
}

function take(datagram: Uint8Array, from: RemoteInfo, read: DatagramReader, intake: Intake): void {
  void intake.takeUnanswered(datagram.length, () => encodeReading(read(datagram, from, Date.now())));
}

function bound(socket: Socket, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.bind(port, host, () => {
      socket.off("error", reject);
      // An error of a datagram's way (port unreachable) is no reason to stop listening.
      socket.on("error", () => undefined);
      socket.setRecvBufferSize(SOCKET_BUFFER_BYTES);
      resolve();
    });
  });
}

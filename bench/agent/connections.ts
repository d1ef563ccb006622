import { ScriptedCapture } from "@weir/wire/testing";

/** Connections that say hello and stay open, as a capture: those numbered from `first` on. Five packets each. */
export function openConnections(first: number, count: number): Uint8Array {
  const capture = new ScriptedCapture();
  for (let number = first; number < first + count; number += 1) {
    const address = `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}` as const;
    const tcp = capture.tcp(`${address}:40000`, "192.168.0.2:5000").handshake(1e5);
    tcp.send("client", "hello").send("server", "and hello");
  }
  return capture.toPcap();
}

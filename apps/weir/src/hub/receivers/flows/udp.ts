import { FlowReader } from "@weir/receive";
import { type DatagramReader, udpReceiver } from "../udp/server.ts";

/** Each of the ports takes all of these formats: devices are often told only one. */
export const netflow = udpReceiver({ name: "netflow", title: "NetFlow 5 and 9", standardPort: 2055 }, newReader);
export const ipfix = udpReceiver({ name: "ipfix", title: "IPFIX", standardPort: 4739 }, newReader);
export const sflow = udpReceiver({ name: "sflow", title: "sFlow 5", standardPort: 6343 }, newReader);

function newReader(): DatagramReader {
  const reader = new FlowReader();
  return (datagram, from, nowMs) => reader.read(datagram, from.address, BigInt(nowMs) * 1_000_000n);
}

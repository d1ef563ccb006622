import { readJaegerDatagram } from "@weir/receive";
import { udpReceiver } from "../udp/server.ts";

/** What Jaeger's clients send to the agent on their host. */
export const jaegerCompact = udpReceiver(
  { name: "jaeger-compact", title: "Jaeger over UDP, compact", standardPort: 6831 },
  () => (datagram) => readJaegerDatagram("compact", datagram),
);
export const jaegerBinary = udpReceiver(
  { name: "jaeger-binary", title: "Jaeger over UDP, binary", standardPort: 6832 },
  () => (datagram) => readJaegerDatagram("binary", datagram),
);

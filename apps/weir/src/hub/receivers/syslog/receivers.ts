import { NS_PER_MS } from "@weir/base";
import { readSyslogDatagram, SyslogStream } from "@weir/receive";
import { type StreamReader, streamReceiver } from "../tcp/server.ts";
import { udpReceiver } from "../udp/server.ts";

/** Syslog in datagrams (RFC 5426). */
export const syslogUdp = udpReceiver(
  { name: "syslog-udp", title: "Syslog over UDP", standardPort: 514 },
  () => (datagram, _, nowMs) => readSyslogDatagram(datagram, unixNs(nowMs)),
);

/** Syslog in connections (RFC 6587). It has no port of its own there; rsyslog and others take this one. */
export const syslogTcp = streamReceiver(
  { name: "syslog-tcp", title: "Syslog over TCP", transport: "tcp", standardPort: 514 },
  newStreamReader,
);

/** Syslog over TLS (RFC 5425). */
export const syslogTls = streamReceiver(
  { name: "syslog-tls", title: "Syslog over TLS", transport: "tls", standardPort: 6514 },
  newStreamReader,
);

function newStreamReader(): StreamReader {
  const stream = new SyslogStream();
  return {
    push: (chunk, nowMs) => stream.push(chunk, unixNs(nowMs)),
    end: (nowMs) => stream.end(unixNs(nowMs)),
  };
}

function unixNs(nowMs: number): bigint {
  return BigInt(nowMs) * BigInt(NS_PER_MS);
}

import type { Dissector } from "../contract.ts";
import { MessageType, probeMessage, readHead } from "./message-head.ts";
import { KEPT_BYTES } from "./message-reader.ts";
import { thriftRecord } from "./record.ts";
import { MAX_PENDING, ThriftSession } from "./session.ts";

/** Thrift over TCP and UDP, in the binary and the compact protocol, with and without frames. */
export const thrift: Dissector<(typeof thriftRecord)["id"]> = {
  id: thriftRecord.id,
  transports: ["tcp", "udp"],
  ports: [9090, 6831, 6832],
  specs: [
    "https://github.com/apache/thrift/blob/master/doc/specs/thrift-binary-protocol.md",
    "https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md",
    "https://github.com/apache/thrift/blob/master/doc/specs/thrift-rpc.md",
  ],
  limits: { pendingCalls: MAX_PENDING, bufferedBytes: 2 * KEPT_BYTES, bodyBytes: 0 },
  probe(_direction, bytes, transport) {
    const verdict = probeMessage(bytes);
    // A datagram is whole.
    return transport === "udp" && verdict === "needMore" ? "noMatch" : verdict;
  },
  asks(bytes) {
    const head = readHead(bytes);
    if (head === undefined || head === "needMore") return undefined;
    return head.type === MessageType.call || head.type === MessageType.oneWay;
  },
  open: (context) => new ThriftSession(context),
};

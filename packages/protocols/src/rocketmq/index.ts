import type { Dissector } from "../contract.ts";
import { parseFrame, probeFrame } from "./frame.ts";
import { rocketmqRecord } from "./record.ts";
import { KEPT_BYTES, MAX_PENDING, RocketmqSession } from "./session.ts";

/** RocketMQ's remoting protocol, of name servers and brokers. */
export const rocketmq: Dissector<(typeof rocketmqRecord)["id"]> = {
  id: rocketmqRecord.id,
  transports: ["tcp"],
  ports: [9876, 10911, 10909],
  specs: ["RemotingCommand of org.apache.rocketmq.remoting.protocol"],
  limits: { pendingCalls: MAX_PENDING, bufferedBytes: 2 * KEPT_BYTES, bodyBytes: 0 },
  probe: (_direction, bytes) => probeFrame(bytes),
  asks(bytes) {
    const command = parseFrame(bytes);
    // Brokers ask clients too, but one way, or later.
    return command === undefined ? undefined : !command.isResponse;
  },
  open: (context) => new RocketmqSession(context),
};

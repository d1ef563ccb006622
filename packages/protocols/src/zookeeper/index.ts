import type { Dissector } from "../contract.ts";
import { BODY_BYTES, isCommandByte, probeAnswer, probeCommand } from "./command.ts";
import { probeReply, probeRequest } from "./probe.ts";
import { zookeeperRecord } from "./record.ts";
import { MAX_PENDING, ZookeeperSession } from "./session.ts";
import { KEPT_BYTES } from "./wire.ts";

/** ZooKeeper's protocol between clients and servers. */
export const zookeeper: Dissector<(typeof zookeeperRecord)["id"]> = {
  id: zookeeperRecord.id,
  transports: ["tcp"],
  ports: [2181],
  specs: [
    "https://github.com/apache/zookeeper/blob/master/zookeeper-jute/src/main/resources/zookeeper.jute",
    "https://zookeeper.apache.org/doc/current/zookeeperAdmin.html",
  ],
  limits: { pendingCalls: MAX_PENDING, bufferedBytes: 2 * KEPT_BYTES, bodyBytes: BODY_BYTES },
  probe(_direction, bytes) {
    if (isCommandByte(bytes[0] ?? 0)) return probeCommand(bytes);
    const request = probeRequest(bytes);
    if (request === "match") return request;
    const reply = probeReply(bytes, "sure");
    return request === "needMore" && reply === "noMatch" ? request : reply;
  },
  asks(bytes) {
    if (isCommandByte(bytes[0] ?? 0)) return probeAnswer(bytes) !== "match";
    if (probeRequest(bytes) === "match") return true;
    return probeReply(bytes, "sure") === "match" ? false : undefined;
  },
  open: (context) => new ZookeeperSession(context),
};

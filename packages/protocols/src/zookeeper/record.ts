import { field } from "@weir/model";
import type { ProtocolRecord } from "../contract.ts";

const few = { optional: true, cardinality: "few" } as const;
const id = { optional: true, cardinality: "unbounded", sensitivity: "internal" } as const;
const number = (name: string, meaning: string, otel: string) => field(name, "int", meaning, { otel, optional: true });
const word = (name: string, meaning: string, otel: string) => field(name, "string", meaning, { otel, ...few });

/** What calls of ZooKeeper carry. */
export const zookeeperRecord = {
  id: "zookeeper",
  protocol: "zookeeper",
  name: "ZooKeeper",
  fields: [
    number(
      "xid",
      "Transaction id, which pairs request and reply; negative for what clients do by themselves",
      "weir.zookeeper.xid",
    ),
    number("opcode", "Number of the operation", "weir.zookeeper.opcode"),
    field("zxid", "string", "The server's last transaction when it replied", { otel: "weir.zookeeper.zxid", ...id }),
    field("sessionId", "string", "Session, which outlives connections", { otel: "weir.zookeeper.session_id", ...id }),
    field(
      "sessionTimeout",
      "int",
      "Time without a word after which the session expires, as the server set it, in milliseconds",
      {
        otel: "weir.zookeeper.session_timeout",
        optional: true,
      },
    ),
    number("wantedTimeout", "The same as the client wanted it, in milliseconds", "weir.zookeeper.wanted_timeout"),
    field("readOnly", "bool", "The server only reads: it has no quorum", { otel: "weir.zookeeper.read_only", ...few }),
    field("watch", "bool", "The client wants to be notified of the next change", {
      otel: "weir.zookeeper.watch",
      ...few,
    }),
    number("watchCount", "Watches that a client sets again behind a reconnect", "weir.zookeeper.watch_count"),
    number("expectedVersion", "Version that the node must have; -1 for any", "weir.zookeeper.expected_version"),
    number("version", "Version of the node's data", "weir.zookeeper.version"),
    word("createMode", "PERSISTENT, EPHEMERAL, …_SEQUENTIAL, CONTAINER, …_WITH_TTL", "weir.zookeeper.create_mode"),
    field("createdPath", "string", "Path of the node that was created, where it has a number of its own", {
      otel: "weir.zookeeper.created_path",
      ...id,
    }),
    field("dataBytes", "int", "Size of the data that was sent, given, or is there", {
      otel: "weir.zookeeper.data_bytes",
      optional: true,
      unit: "bytes",
    }),
    number("childCount", "Children of the node", "weir.zookeeper.child_count"),
    word("scheme", "Scheme of an authentication", "weir.zookeeper.scheme"),
    number("batchSize", "Operations of a multi", "db.operation.batch.size"),
    word("operations", "Operations of a multi, each once", "weir.zookeeper.operations"),
    word("eventType", "What a watch tells: NodeCreated, NodeDataChanged …", "weir.zookeeper.event_type"),
    word("keeperState", "State of the session in a notification", "weir.zookeeper.keeper_state"),
    word("initiator", "`server`: a notification, sent unasked", "weir.call.initiator"),
  ],
} as const satisfies ProtocolRecord;

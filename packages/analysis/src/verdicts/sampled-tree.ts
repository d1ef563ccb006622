import type { Connection } from "@weir/model";
import type { TreeNode } from "../contract.ts";
import { becauseOf } from "../grade-words.ts";
import { words } from "./words.ts";

/** True where only some of the packets were captured, by choice: what is missing on the connection says nothing then. */
export function isSampled(connection: Connection): boolean {
  return becauseOf(connection, "sampled") !== undefined;
}

/** Stands for every tree on such a connection: handshakes, losses, waits and endings are told by packets of which any may be missing. */
export const SAMPLED_TREE: TreeNode<Connection, "sampled"> = {
  question: "Was every packet captured?",
  test: () => undefined,
  measured: ({ clientPackets, serverPackets }) =>
    `${clientPackets} packets of the client and ${serverPackets} of the server, of more`,
  threshold: "all of them",
  because: (connection) => becauseOf(connection, "sampled"),
  yes: "sampled",
  no: "sampled",
  unknown: "sampled",
};

/** What that outcome means, in each tree. */
export const SAMPLED_WORDS = words(
  "undecided",
  "only some packets captured",
  "The capture holds only some of the packets, by choice: what is missing on this connection was perhaps there.",
  "Capture every packet of the hosts in question, for a while",
);

import type { CallComparison } from "./comparison.ts";
import { valuesOf } from "./comparison.ts";

/** What tshark gives where a message answers nothing. */
const NOTHING = new Set(["0x00000000", "0xffffffff"]);
const REPLY = "OP_REPLY";
const REPLY_OPCODE = "1";
/** Commands are answered by one document, in which Weir counts the batch: what has one is not compared. */
const ONE = "1";

/** MongoDB: who answers whom, collections and counts of the old messages. */
export const mongodb: CallComparison = {
  events: ["mongo"],
  protocols: ["mongodb"],
  fromEvent(event) {
    const answers = valuesOf(event, "mongo.response_to");
    const opcodes = valuesOf(event, "mongo.opcode");
    // The first request may have the id 0: then only its opcode tells that the answer is one.
    const isAnswer = (at: number) => opcodes[at] === REPLY_OPCODE || !NOTHING.has(answers[at] ?? "");
    return [
      ...valuesOf(event, "mongo.request_id").flatMap((value, at) =>
        isAnswer(at) ? [] : [{ fact: "mongo.request_id", value }],
      ),
      ...answers.flatMap((value, at) => (isAnswer(at) ? [{ fact: "mongo.response_to", value }] : [])),
      ...valuesOf(event, "mongo.full_collection_name").map((value) => ({ fact: "mongo.full_collection_name", value })),
      ...valuesOf(event, "mongo.number_returned")
        .filter((value) => value !== ONE)
        .map((value) => ({ fact: "mongo.number_returned", value })),
    ];
  },
  fromCall({ attributes, requestPackets, responsePackets, operation }) {
    const id = hex(attributes["weir.mongodb.request_id"]);
    const [, requestFrame] = requestPackets;
    const [, responseFrame] = responsePackets;
    const opcode = attributes["weir.mongodb.opcode"];
    const isOld = opcode !== "OP_MSG" && opcode !== REPLY && opcode !== "OP_KILL_CURSORS";
    const isCommand = opcode === "OP_QUERY" && operation !== "query";
    const rows = attributes["db.response.returned_rows"];
    const returned = opcode === "OP_MSG" || isCommand || rows === ONE ? undefined : rows;
    const collection = isCommand ? "$cmd" : attributes["db.collection.name"];
    return [
      ...(opcode === REPLY || operation === "unknown"
        ? []
        : [{ fact: "mongo.request_id", value: id, frame: requestFrame }]),
      ...(responseFrame === undefined ? [] : [{ fact: "mongo.response_to", value: id, frame: responseFrame }]),
      ...(isOld
        ? [
            {
              fact: "mongo.full_collection_name",
              value: `${attributes["db.namespace"]}.${collection}`,
              frame: requestFrame,
            },
          ]
        : []),
      ...(returned === undefined ? [] : [{ fact: "mongo.number_returned", value: returned, frame: responseFrame }]),
    ];
  },
};

function hex(id: string | undefined): string {
  return `0x${(Number(id) >>> 0).toString(16).padStart(8, "0")}`;
}

import type { CallComparison } from "./comparison.ts";
import { valuesOf } from "./comparison.ts";

/** The words of answers that tshark gives as commands. */
const ANSWERS: ReadonlySet<string> = new Set(["STAT", "VERSION", "VALUE", "END"]);

/** memcached: commands, opcodes, statuses and answers' words. */
export const memcached: CallComparison = {
  events: ["memcache"],
  protocols: ["memcached"],
  fromEvent: (event) => [
    ...valuesOf(event, "memcache.command")
      .filter((value) => !ANSWERS.has(value))
      .map((value) => ({ fact: "memcache.command", value })),
    ...["memcache.opcode", "memcache.status", "memcache.response"].flatMap((fact) =>
      valuesOf(event, fact).map((value) => ({ fact, value })),
    ),
  ],
  fromCall({ operation, attributes, statusCode, requestPackets, responsePackets }) {
    const { "weir.memcached.opcode": opcode } = attributes;
    const [, requestFrame] = requestPackets;
    const [, responseFrame] = responsePackets;
    if (opcode === undefined) {
      const isWord = responseFrame !== undefined && RESPONSES.has(statusCode);
      return [
        ...(operation === "unknown" ? [] : [{ fact: "memcache.command", value: operation, frame: requestFrame }]),
        ...(isWord ? [{ fact: "memcache.response", value: statusCode, frame: responseFrame }] : []),
      ];
    }
    const status = STATUSES[statusCode];
    return [
      { fact: "memcache.opcode", value: opcode, frame: requestFrame },
      ...(responseFrame === undefined ? [] : [{ fact: "memcache.opcode", value: opcode, frame: responseFrame }]),
      ...(status === undefined ? [] : [{ fact: "memcache.status", value: status, frame: responseFrame }]),
    ];
  },
};

/** Words that tshark gives as `memcache.response`. */
const RESPONSES: ReadonlySet<string> = new Set([
  "STORED",
  "NOT_STORED",
  "EXISTS",
  "NOT_FOUND",
  "DELETED",
  "TOUCHED",
  "OK",
  "ERROR",
]);
const STATUSES: Readonly<Record<string, string>> = {
  SUCCESS: "0",
  KEY_ENOENT: "1",
  KEY_EEXISTS: "2",
  E2BIG: "3",
  EINVAL: "4",
  NOT_STORED: "5",
  DELTA_BADVAL: "6",
  UNKNOWN_COMMAND: "129",
  ENOMEM: "130",
};

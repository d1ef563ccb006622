import type { CallComparison } from "./comparison.ts";
import { valuesOf } from "./comparison.ts";

/** Cassandra: streams of requests and responses, opcodes of requests, error codes. */
export const cassandra: CallComparison = {
  events: ["cql"],
  protocols: ["cassandra"],
  fromEvent(event) {
    const opcodes = valuesOf(event, "cql.opcode").map(Number);
    const streams = valuesOf(event, "cql.stream");
    return [
      ...streams.map((stream, at) => {
        const opcode = opcodes[at] ?? -1;
        return REQUESTS.has(opcode)
          ? { fact: "cql.request", value: `${stream} ${opcode}` }
          : { fact: "cql.response", value: stream };
      }),
      ...valuesOf(event, "cql.error_code").map((value) => ({ fact: "cql.error_code", value })),
    ];
  },
  fromCall({ attributes, statusCode, requestPackets, responsePackets, operation }) {
    const stream = attributes["weir.cassandra.stream"] ?? "-1";
    const opcode = OPCODES.indexOf(attributes["weir.cassandra.opcode"] ?? "");
    const [, responseFrame] = responsePackets;
    if (operation === "EVENT") return [{ fact: "cql.response", value: stream, frame: requestPackets[1] }];
    return [
      ...(operation === "unknown"
        ? []
        : [{ fact: "cql.request", value: `${stream} ${opcode}`, frame: requestPackets[1] }]),
      ...(responseFrame === undefined ? [] : [{ fact: "cql.response", value: stream, frame: responseFrame }]),
      ...(statusCode === ""
        ? []
        : [{ fact: "cql.error_code", value: String(Number(statusCode)), frame: responseFrame }]),
    ];
  },
};

const REQUESTS: ReadonlySet<number> = new Set([1, 4, 5, 7, 9, 10, 11, 13, 15]);
const OPCODES =
  "ERROR STARTUP READY AUTHENTICATE CREDENTIALS OPTIONS SUPPORTED QUERY RESULT PREPARE EXECUTE REGISTER EVENT BATCH AUTH_CHALLENGE AUTH_RESPONSE AUTH_SUCCESS".split(
    " ",
  );

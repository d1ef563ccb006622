import { CODES } from "../../../packages/protocols/src/radius/wire.ts";
import { type CallComparison, valuesOf } from "./comparison.ts";

/** RADIUS: codes of requests and responses. */
export const radius: CallComparison = {
  events: ["radius"],
  protocols: ["radius"],
  fromEvent: (event) =>
    valuesOf(event, "radius.code").map((code) => ({
      fact: "radius.code",
      value: CODES.get(Number(code))?.name ?? code,
    })),
  fromCall({ operation, statusCode, requestBytes, requestPackets, responsePackets, attributes }) {
    const attempts = requestBytes > 0 ? Number(attributes["weir.radius.attempts"] ?? 1) : 0;
    return [
      ...Array.from({ length: attempts }, () => ({ fact: "radius.code", value: operation, frame: requestPackets[1] })),
      ...(statusCode === "" ? [] : [{ fact: "radius.code", value: statusCode, frame: responsePackets[1] }]),
    ];
  },
};

import { type CallComparison, valuesOf } from "./comparison.ts";

/** SIP: methods and status codes, each message counted as often as it was sent. */
export const sip: CallComparison = {
  events: ["sip"],
  protocols: ["sip"],
  fromEvent: (event) => [
    ...valuesOf(event, "sip.Method").map((value) => ({ fact: "sip.Method", value: value.toUpperCase() })),
    ...valuesOf(event, "sip.Status-Code").map((value) => ({ fact: "sip.Status-Code", value })),
  ],
  fromCall({ operation, statusCode, requestBytes, requestPackets, responsePackets, attributes }) {
    const attempts = requestBytes > 0 ? Number(attributes["weir.sip.attempts"] ?? 1) : 0;
    const provisional = (attributes["weir.sip.provisional_codes"] ?? "").split(",").filter((code) => code !== "");
    return [
      ...Array.from({ length: attempts }, () => ({ fact: "sip.Method", value: operation, frame: requestPackets[1] })),
      ...[...provisional, ...(statusCode === "" ? [] : [statusCode])].map((value) => ({
        fact: "sip.Status-Code",
        value,
        frame: responsePackets[1] ?? requestPackets[1],
      })),
    ];
  },
};

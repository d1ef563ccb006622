import { type CallComparison, valuesOf } from "./comparison.ts";

/** Diameter over TCP and SCTP: commands with their application and identifier, and result codes. */
export const diameter: CallComparison = {
  events: ["diameter"],
  protocols: ["diameter"],
  fromEvent(event) {
    const ids = valuesOf(event, "diameter.hopbyhopid");
    const applications = valuesOf(event, "diameter.applicationId");
    const requests = valuesOf(event, "diameter.flags.request");
    return [
      ...valuesOf(event, "diameter.cmd.code").map((code, index) => ({
        fact: requests[index] === "1" ? "diameter.request" : "diameter.answer",
        value: `${code} ${applications[index]} ${ids[index]}`,
      })),
      ...valuesOf(event, "diameter.Result-Code").map((value) => ({ fact: "diameter.Result-Code", value })),
    ];
  },
  fromCall({ attributes, requestBytes, requestPackets, responsePackets }) {
    const value = `${attributes["weir.diameter.command_code"]} ${attributes["weir.diameter.application_id"]} ${attributes["weir.diameter.hop_by_hop_id"]}`;
    const result = attributes["weir.diameter.result_code"];
    const answeredAt = responsePackets[1];
    return [
      ...(requestBytes > 0 ? [{ fact: "diameter.request", value, frame: requestPackets[1] }] : []),
      ...(answeredAt === undefined ? [] : [{ fact: "diameter.answer", value, frame: answeredAt }]),
      ...(result === undefined ? [] : [{ fact: "diameter.Result-Code", value: result, frame: answeredAt }]),
    ];
  },
};

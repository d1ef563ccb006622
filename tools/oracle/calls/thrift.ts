import type { CallComparison } from "./comparison.ts";
import { valuesOf } from "./comparison.ts";

/** Thrift: kinds of messages and names of methods. */
export const thrift: CallComparison = {
  events: ["thrift"],
  protocols: ["thrift"],
  fromEvent: (event) => [
    ...valuesOf(event, "thrift.mtype").map((value) => ({ fact: "thrift.mtype", value: String(Number(value)) })),
    ...valuesOf(event, "thrift.method").map((value) => ({ fact: "thrift.method", value })),
  ],
  fromCall({ attributes, requestPackets, responsePackets, gradeReasons }) {
    const { "rpc.service": service, "rpc.method": method = "" } = attributes;
    const name = service === undefined ? method : `${service}:${method}`;
    const type = attributes["weir.thrift.message_type"] ?? "";
    const asked = gradeReasons.includes("midStreamStart") ? undefined : requestPackets[1];
    const answered = responsePackets[1];
    const isOneWay = type === "4";
    return [
      ...(asked === undefined ? [] : saidAt(isOneWay ? type : "1", name, asked)),
      ...(answered === undefined ? [] : saidAt(type, name, answered)),
    ];
  },
};

function saidAt(type: string, name: string, frame: number) {
  return [
    { fact: "thrift.mtype", value: type, frame },
    { fact: "thrift.method", value: name, frame },
  ];
}

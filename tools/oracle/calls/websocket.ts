import type { Call } from "@weir/model";
import type { CallComparison, FactsEvent, Said } from "./comparison.ts";
import { valuesOf } from "./comparison.ts";

type Statement = Pick<Said, "fact" | "value">;

const OPCODES: Readonly<Record<string, string>> = { text: "1", binary: "2", close: "8", ping: "9", pong: "10" };

/** WebSocket: opcodes, masks and lengths of messages in one frame, closes' codes. Of fragmented messages tshark shows frames and Weir the whole. */
export const websocket: CallComparison = {
  events: ["websocket"],
  protocols: ["websocket"],
  fromEvent(event) {
    const opcodes = valuesOf(event, "websocket.opcode");
    return [
      ...opcodes.flatMap((opcode, index) => (isFragment(event, opcode, index) ? [] : fromFrame(event, opcode, index))),
      ...valuesOf(event, "websocket.payload.close.status_code").map((value) => ({ fact: "websocket.close", value })),
    ];
  },
  fromCall: (call) => [...fromMessage(call), ...fromAnswer(call)],
};

function fromFrame(event: FactsEvent, opcode: string, index: number): Statement[] {
  const length = valuesOf(event, "websocket.payload_length")[index];
  return [
    { fact: "websocket.opcode", value: opcode },
    ...(length === undefined || Number(opcode) >= 8 ? [] : [{ fact: "websocket.payload_length", value: length }]),
  ];
}

function isFragment(event: FactsEvent, opcode: string, index: number): boolean {
  const isFinal = /^(?:1|true)$/i.test(valuesOf(event, "websocket.fin")[index] ?? "1");
  return opcode === "0" || (!isFinal && Number(opcode) < 8);
}

function fromMessage({ operation, attributes, requestPackets }: Call): Omit<Said, "stream">[] {
  const frame = requestPackets[1];
  if (Number(attributes["weir.websocket.frames"]) > 1) return [];
  const length = shortLength(Number(attributes["weir.websocket.payload_bytes"]));
  const code = attributes["weir.websocket.close_code"];
  return [
    { fact: "websocket.opcode", value: OPCODES[operation] ?? operation, frame },
    ...(Number(OPCODES[operation]) >= 8 ? [] : [{ fact: "websocket.payload_length", value: length, frame }]),
    // 1005 says that there was no code.
    ...(code === undefined || code === "1005" ? [] : [{ fact: "websocket.close", value: code, frame }]),
  ];
}

/** tshark's length is the field of seven bits, which says only that a longer one follows. */
function shortLength(payloadBytes: number): string {
  if (payloadBytes > 0xffff) return "127";
  return payloadBytes > 125 ? "126" : String(payloadBytes);
}

/** The pong of a ping, the close of a close. */
function fromAnswer({ operation, attributes, responsePackets }: Call): Omit<Said, "stream">[] {
  const [, frame] = responsePackets;
  if (frame === undefined) return [];
  const code = attributes["weir.websocket.answer_close_code"];
  return [
    { fact: "websocket.opcode", value: operation === "ping" ? "10" : "8", frame },
    ...(code === undefined || code === "1005" ? [] : [{ fact: "websocket.close", value: code, frame }]),
  ];
}

import { type CallComparison, valuesOf } from "./comparison.ts";

/** What tells a protocol of commands and replies from another. */
interface DialogueFacts {
  readonly event: string;
  readonly command: string;
  readonly code: string;
  /** Attribute with the codes that came before the final one. */
  readonly intermediate: string;
  /** Operations that are no commands to tshark. */
  readonly notCommands: readonly string[];
}

const COMPARED_CHARACTERS = 8;

/** The comparison of a protocol whose client says words and whose server answers with numbers. */
export function commandsAndReplies({
  event: name,
  command,
  code,
  intermediate,
  notCommands,
}: DialogueFacts): CallComparison {
  return {
    events: [name],
    protocols: [name],
    fromEvent: (event) => [
      ...valuesOf(event, command).map((value) => ({ fact: command, value: comparable(value) })),
      ...valuesOf(event, code).map((value) => ({ fact: code, value })),
    ],
    fromCall({ operation, statusCode, requestBytes, requestPackets, responsePackets, attributes }) {
      const isCommand = requestBytes > 0 && !notCommands.includes(operation);
      const [first, last] = responsePackets;
      const before = (attributes[intermediate] ?? "").split(",").filter((value) => value !== "");
      return [
        ...(isCommand ? [{ fact: command, value: comparable(operation), frame: requestPackets[1] }] : []),
        ...[...before, ...(statusCode === "" ? [] : [statusCode])].map((value) => ({ fact: code, value, frame: last })),
        // Of a reply of several lines tshark says the code with each packet.
        ...(first === last || statusCode === ""
          ? []
          : [{ fact: code, value: statusCode, frame: first, isRepeat: true }]),
      ];
    },
  };
}

/** What no command is called is compared by its beginning; `STAR` is what tshark says of STARTTLS behind another command. */
function comparable(command: string): string {
  const word = command.toUpperCase();
  return word === "STAR" ? "STARTTLS" : word.slice(0, COMPARED_CHARACTERS);
}

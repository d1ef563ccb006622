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
      ...valuesOf(event, command).map((value) => ({ fact: command, value: value.toUpperCase() })),
      ...valuesOf(event, code).map((value) => ({ fact: code, value })),
    ],
    fromCall({ operation, statusCode, requestBytes, requestPackets, responsePackets, attributes }) {
      const isCommand = requestBytes > 0 && !notCommands.includes(operation);
      const before = (attributes[intermediate] ?? "").split(",").filter((value) => value !== "");
      return [
        ...(isCommand ? [{ fact: command, value: operation, frame: requestPackets[1] }] : []),
        ...[...before, ...(statusCode === "" ? [] : [statusCode])].map((value) => ({
          fact: code,
          value,
          frame: responsePackets[1],
        })),
      ];
    },
  };
}

import { WeirError } from "@weir/base";
import { type Connection, connectionRecord } from "@weir/model";

/** A stream as people and Wireshark name it. */
export type StreamName = Pick<Connection, "transport" | "streamNumber">;

const TRANSPORTS: readonly Connection["transport"][] =
  connectionRecord.fields.find((field) => field.name === "transport")?.values ?? [];

/** Reads `tcp 3`, `tcp:3`, `udp 2`, or `3` for tcp 3. Throws USAGE where it is none of these. */
export function parseStreamName(text: string): StreamName {
  const [, word = "tcp", digits = ""] = /^\s*(?:([a-z]+)[\s:]*)?(\d{1,15})\s*$/i.exec(text) ?? [];
  const transport = TRANSPORTS.find((known) => known === word.toLowerCase());
  if (digits === "" || transport === undefined) {
    throw new WeirError("USAGE", `"${text}" names no stream`, 'Write tcp:3, "tcp 3", udp:2, or 3 for tcp 3');
  }
  return { transport, streamNumber: Number(digits) };
}

/** The name as it is written everywhere: `tcp 3`. */
export function formatStreamName({ transport, streamNumber }: StreamName): string {
  return `${transport} ${streamNumber}`;
}

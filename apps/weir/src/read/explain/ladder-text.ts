import { formatDurationNs } from "@weir/base";
import type { Ladder } from "@weir/http-contract";
import { type Column, renderTable } from "../report/table.ts";

const COLUMNS: readonly Column[] = [
  { heading: "packet", align: "right" },
  { heading: "after", align: "right" },
  { heading: "", align: "left" },
  { heading: "flags", align: "left" },
  { heading: "seq", align: "right" },
  { heading: "ack", align: "right" },
  { heading: "len", align: "right" },
  { heading: "win", align: "right" },
  { heading: "notes", align: "left" },
];

/** The packets of a ladder as lines: → from the client, ← from the server; sequence numbers from the first of each side. */
export function ladderLines({ packets }: Ladder, isTcp: boolean): string[] {
  const rows = packets.map((packet) => [
    String(packet.number),
    formatDurationNs(packet.offsetNs),
    packet.fromClient ? "→" : "←",
    packet.flags,
    isTcp ? String(packet.sequence) : "",
    isTcp && packet.flags.includes("ACK") ? String(packet.acknowledgment) : "",
    String(packet.payloadBytes),
    isTcp ? String(packet.windowBytes) : "",
    packet.notes.join(", "),
  ]);
  return renderTable(COLUMNS, rows);
}

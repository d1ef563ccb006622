import { formatBytes, formatCount, formatDurationNs, formatEndpoint, formatRatio } from "@weir/base";
import type { Connection } from "@weir/model";
import type { ConnectionReport } from "@weir/pipeline";
import type { Paint } from "../report/paint.ts";
import { type Column, renderLine, shorten } from "../report/table.ts";

/** A column with a width of its own: rows are printed as they come, nobody knows yet what follows. */
interface FixedColumn extends Column {
  readonly width: number;
  cell(connection: Connection, report: ConnectionReport | "end"): string;
}

/** What rows say beside the connection itself. */
export interface TableOptions {
  /** Of which of several captures it is. */
  readonly isSeveral: boolean;
  /** Whether it begins, goes on, or is over. */
  readonly hasReports: boolean;
}

/** The first column's width: transport and stream number. */
export const STREAM_WIDTH = 8;
/** Above this share the page of findings calls an edge degraded. */
const RESENT_ALARM_RATIO = 0.01;
const ALARMING: ReadonlySet<Connection["closeReason"]> = new Set([
  "refused",
  "noAnswer",
  "unreachable",
  "handshakeIncomplete",
  "resetByClient",
  "resetByServer",
]);

/** One line per connection, under a heading; columns have fixed widths, so that nothing is held back. */
export class ConnectionTable {
  readonly #write: (text: string) => void;
  readonly #paint: Paint;
  readonly #columns: readonly FixedColumn[];
  readonly #widths: readonly number[];

  constructor(write: (text: string) => void, paint: Paint, { isSeveral, hasReports }: TableOptions) {
    this.#write = write;
    this.#paint = paint;
    this.#columns = [...(isSeveral ? [captureColumn] : []), ...(hasReports ? [reportColumn] : []), ...columnsOf(paint)];
    this.#widths = this.#columns.map(({ width }) => width);
  }

  begin(): void {
    const headings = this.#columns.map(({ heading }) => heading);
    this.#write(`${this.#paint.heading(renderLine(this.#columns, this.#widths, headings, ""))}\n`);
  }

  connection(connection: Connection): void {
    this.#row(connection, "end");
  }

  update(connection: Connection, report: ConnectionReport): void {
    this.#row(connection, report);
  }

  #row(connection: Connection, report: ConnectionReport | "end"): void {
    const cells = this.#columns.map((column) => column.cell(connection, report));
    this.#write(`${renderLine(this.#columns, this.#widths, cells, "")}\n`);
  }
}

const captureColumn: FixedColumn = {
  ...left("capture", 20),
  cell: ({ captureId }) => shorten(captureId, 20),
};

const reportColumn: FixedColumn = { ...left("report", 6), cell: (_, report) => report };

function columnsOf(paint: Paint): readonly FixedColumn[] {
  return [
    { ...left("stream", STREAM_WIDTH), cell: ({ transport, streamNumber }) => `${transport} ${streamNumber}` },
    {
      ...left("client → server", 50),
      cell: ({ clientService, clientPort, serverService, serverPort }) =>
        `${shorten(formatEndpoint(clientService, clientPort), 22)} → ${shorten(formatEndpoint(serverService, serverPort), 25)}`,
    },
    { ...left("protocol", 8), cell: ({ protocol }) => protocol || "–" },
    {
      ...left("ended", 19),
      cell: (connection) => endingText(connection, paint),
    },
    { ...right("lasted", 8), cell: ({ durationNs }) => formatDurationNs(durationNs) },
    { ...right("packets →", 9), cell: ({ clientPackets }) => formatCount(clientPackets) },
    { ...right("packets ←", 9), cell: ({ serverPackets }) => formatCount(serverPackets) },
    { ...right("bytes →", 9), cell: ({ clientBytes }) => formatBytes(clientBytes) },
    { ...right("bytes ←", 9), cell: ({ serverBytes }) => formatBytes(serverBytes) },
    { ...right("handshake", 9), cell: ({ handshakeNs }) => durationOrNone(handshakeNs) },
    { ...right("first byte", 10), cell: ({ firstByteNs }) => durationOrNone(firstByteNs) },
    { ...right("server RTT", 10), cell: ({ rttServerMinNs }) => durationOrNone(rttServerMinNs) },
    { ...right("resent", 6), cell: (connection) => resentText(connection, paint) },
    { ...right("zero window", 11), cell: (connection) => zeroWindowText(connection, paint) },
    { ...right("calls", 6), cell: ({ calls }) => formatCount(calls) },
    {
      ...right("failed", 6),
      cell: ({ callErrors }) => (callErrors > 0 ? paint.bad(formatCount(callErrors)) : "0"),
    },
    { ...right("first packet", 12), cell: ({ firstPacket }) => String(firstPacket) },
    { ...left("grade", 7), cell: ({ grade }) => grade },
  ];
}

/** How it ended; of attempts that were summed up, how many they were. */
function endingText({ closeReason, attempts }: Connection, paint: Paint): string {
  const text = attempts > 1 ? `${closeReason} ×${formatCount(attempts)}` : closeReason;
  return ALARMING.has(closeReason) ? paint.bad(text) : text;
}

function resentText(
  { transport, clientDataSegments, serverDataSegments, retransmissionRatio: ratio }: Connection,
  paint: Paint,
): string {
  if (transport !== "tcp" || clientDataSegments + serverDataSegments === 0) return "–";
  return ratio > RESENT_ALARM_RATIO ? paint.bad(formatRatio(ratio)) : formatRatio(ratio);
}

function zeroWindowText({ transport, clientZeroWindowNs, serverZeroWindowNs }: Connection, paint: Paint): string {
  if (transport !== "tcp") return "–";
  const closedNs = clientZeroWindowNs + serverZeroWindowNs;
  return closedNs > 0 ? paint.bad(formatDurationNs(closedNs)) : "0";
}

function durationOrNone(durationNs: number | undefined): string {
  return durationNs === undefined ? "–" : formatDurationNs(durationNs);
}

function left(heading: string, width: number): Omit<FixedColumn, "cell"> {
  return { heading, width, align: "left" };
}

function right(heading: string, width: number): Omit<FixedColumn, "cell"> {
  return { heading, width, align: "right" };
}

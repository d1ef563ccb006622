import { WeirError } from "@weir/base";
import type { Call, Connection } from "@weir/model";
import type { RecordSink } from "@weir/pipeline";
import { formatStreamName, type StreamName } from "./stream-name.ts";

/** Calls of one connection that are kept and judged; a connection that lives for weeks has more than anybody reads. */
const MAX_CALLS = 20_000;

/** Out of all records the connection of one stream, with its calls. */
export class StreamPicker implements RecordSink {
  readonly #stream: StreamName;
  readonly #streamCounts = new Map<string, number>();
  readonly #calls: Call[] = [];
  #connection: Connection | undefined;
  /** First packets of further connections of this stream: it went idle, and came back. */
  readonly laterFirstPackets: number[] = [];

  constructor(stream: StreamName) {
    this.#stream = stream;
  }

  call(call: Call): void {
    if (this.#connection !== undefined || !this.#isWanted(call)) return;
    if (this.#calls.length < MAX_CALLS) this.#calls.push(call);
  }

  connection(connection: Connection): void {
    const { transport, streamNumber } = connection;
    this.#streamCounts.set(transport, Math.max(this.#streamCounts.get(transport) ?? 0, streamNumber + 1));
    if (!this.#isWanted(connection)) return;
    if (this.#connection === undefined) this.#connection = connection;
    else this.laterFirstPackets.push(connection.firstPacket);
  }

  /** The connection and its calls, under the connection's names. Throws NOT_FOUND where the capture has no such stream. */
  picked(file: string): { readonly connection: Connection; readonly calls: readonly Call[] } {
    const connection = this.#connection;
    if (connection === undefined) throw this.#notFound(file);
    // A name that was learned between two calls would make two edges of one connection.
    const { clientService, serverService } = connection;
    return { connection, calls: this.#calls.map((call) => ({ ...call, clientService, serverService })) };
  }

  #isWanted({ transport, streamNumber }: StreamName): boolean {
    return transport === this.#stream.transport && streamNumber === this.#stream.streamNumber;
  }

  #notFound(file: string): WeirError {
    const counts = (["tcp", "udp"] as const).map((transport) => {
      const count = this.#streamCounts.get(transport) ?? 0;
      const span =
        count === 0 ? "" : count === 1 ? ` (${transport} 0)` : ` (${transport} 0 to ${transport} ${count - 1})`;
      return `${count} ${transport} ${count === 1 ? "stream" : "streams"}${span}`;
    });
    return new WeirError(
      "NOT_FOUND",
      `there is no stream ${formatStreamName(this.#stream)} in ${file}: it has ${counts.join(" and ")}`,
      "weir read --connections FILE lists them",
    );
  }
}

import type { Call, Connection } from "@weir/model";
import type { ConnectionReport, RecordSink } from "@weir/pipeline";
import { type Filter, predicate } from "@weir/query";

/** Calls that wait for the end of their connection, in all; what comes beyond is not judged, and counted. */
const MAX_WAITING_CALLS = 200_000;

/**
 * Lets only matching records through. A connection's numbers are final when it ends, and its calls come before that, so
 * calls wait here for their connection. A filter that names call fields also selects the connections of matching calls.
 */
export class FilterSink implements RecordSink {
  readonly #matches: ReturnType<typeof predicate>;
  readonly #selectsCalls: boolean;
  readonly #sink: RecordSink;
  readonly #waiting = new Map<string, Call[]>();
  #waitingCalls = 0;
  /** Reports are held against the filter by their own numbers. Absent where nobody wants them. */
  readonly update?: (connection: Connection, report: ConnectionReport) => void;
  /** Calls that could not be judged because too many were waiting. */
  unjudgedCalls = 0;

  constructor(filter: Filter, sink: RecordSink) {
    this.#matches = predicate(filter);
    this.#selectsCalls = filter.needs === "call";
    this.#sink = sink;
    if (sink.update !== undefined)
      this.update = (connection, report) => {
        if (this.#matches(connection, undefined, this.#waiting.get(connection.connectionId)))
          sink.update?.(connection, report);
      };
  }

  call(call: Call): void {
    if (this.#waitingCalls >= MAX_WAITING_CALLS) {
      this.unjudgedCalls += 1;
      return;
    }
    const calls = this.#waiting.get(call.connectionId);
    if (calls === undefined) this.#waiting.set(call.connectionId, [call]);
    else calls.push(call);
    this.#waitingCalls += 1;
  }

  connection(connection: Connection): void {
    const calls = this.#waiting.get(connection.connectionId) ?? [];
    this.#waiting.delete(connection.connectionId);
    this.#waitingCalls -= calls.length;
    const matching = this.#selectsCalls
      ? calls.filter((call) => this.#matches(connection, call, calls))
      : this.#matches(connection, undefined, calls)
        ? calls
        : undefined;
    if (matching === undefined || (this.#selectsCalls && matching.length === 0)) return;
    for (const call of matching) this.#sink.call(call);
    this.#sink.connection(connection);
  }
}

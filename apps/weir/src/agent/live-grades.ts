import type { Call, Connection } from "@weir/model";
import type { ConnectionReport, OpenEnds, RecordSink } from "@weir/pipeline";
import { missesPackets, withReason } from "../capture-grades.ts";
import { withoutBodies } from "./bodies.ts";
import { OngoingSpans, Spans } from "./spans.ts";

/**
 * Gives live records the grade reasons that lie in the capturing: a connection that misses packets, and was open while the kernel lost some, may owe it to
 * that; one that was open while the agent left packets out is a sample. A call loses its bodies while they are left out.
 */
export class LiveGrades implements RecordSink {
  /** When the kernel had no room for packets. */
  readonly losses = new Spans();
  /** When packets of most connections were left out: because there were too many, and by choice. */
  readonly overloads = new OngoingSpans();
  readonly choices = new OngoingSpans();
  /** True leaves bodies out. */
  shedsBodies = false;
  readonly #sink: RecordSink;
  readonly #isWhole: (connection: Connection) => boolean;
  readonly update?: (connection: Connection, report: ConnectionReport) => void;
  readonly open?: (ends: OpenEnds) => void;

  /** `isWhole` tells of a connection that was open while some were left out whether all of it was read by choice. */
  constructor(sink: RecordSink, isWhole: (connection: Connection) => boolean) {
    this.#sink = sink;
    this.#isWhole = isWhole;
    if (sink.open !== undefined) this.open = (ends) => sink.open?.(ends);
    if (sink.update !== undefined)
      this.update = (connection, report) => sink.update?.(this.#graded(connection), report);
  }

  connection(connection: Connection): void {
    this.#sink.connection(this.#graded(connection));
  }

  call(call: Call): void {
    const hasBody = call.requestBody !== undefined || call.responseBody !== undefined;
    if (!this.shedsBodies || !hasBody) this.#sink.call(call);
    else this.#sink.call(withReason(withoutBodies(call), "overload"));
  }

  #graded(connection: Connection): Connection {
    const from = connection.startedAt;
    const to = from + BigInt(Math.round(connection.durationNs));
    const isOverloaded = this.overloads.meets(from, to);
    const isChosen = this.choices.meets(from, to) && !this.#isWhole(connection);
    const sampled = isOverloaded || isChosen ? withReason(connection, "sampled") : connection;
    if (isOverloaded) withReason(sampled, "overload");
    return missesPackets(sampled) && this.losses.meets(from, to) ? withReason(sampled, "captureLoss") : sampled;
  }
}

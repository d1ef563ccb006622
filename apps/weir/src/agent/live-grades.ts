import type { Call, Connection } from "@weir/model";
import type { ConnectionReport, RecordSink } from "@weir/pipeline";
import { missesPackets, withReason } from "../capture-grades.ts";
import { Spans } from "./spans.ts";

/**
 * Gives live records the grade reasons that lie in the capturing: a connection that misses packets, and was open while the kernel lost some, may owe it to
 * that; one that was open while the agent left packets out is a sample. A call loses its bodies while they are left out.
 */
export class LiveGrades implements RecordSink {
  /** When the kernel had no room for packets. */
  readonly losses = new Spans();
  /** When packets of most connections were left out, and since when they are. */
  readonly #samples = new Spans();
  #samplingSince: bigint | undefined;
  /** True leaves bodies out. */
  shedsBodies = false;
  readonly #sink: RecordSink;
  readonly update?: (connection: Connection, report: ConnectionReport) => void;

  constructor(sink: RecordSink) {
    this.#sink = sink;
    if (sink.update !== undefined)
      this.update = (connection, report) => sink.update?.(this.#graded(connection), report);
  }

  /** From this moment on packets of most connections are left out, or no more. */
  sample(isSampling: boolean, unixNs: bigint): void {
    if (isSampling) this.#samplingSince ??= unixNs;
    else if (this.#samplingSince !== undefined) {
      this.#samples.add(this.#samplingSince, unixNs);
      this.#samplingSince = undefined;
    }
  }

  connection(connection: Connection): void {
    this.#sink.connection(this.#graded(connection));
  }

  call(call: Call): void {
    const hasBody = call.requestBody !== undefined || call.responseBody !== undefined;
    if (!this.shedsBodies || !hasBody) this.#sink.call(call);
    else {
      const bare: Call = { ...call, requestBody: undefined, responseBody: undefined, bodyTruncated: true };
      this.#sink.call(withReason(bare, "overload"));
    }
  }

  #graded(connection: Connection): Connection {
    const from = connection.startedAt;
    const to = from + BigInt(Math.round(connection.durationNs));
    const isSampled = this.#samples.meets(from, to) || (this.#samplingSince !== undefined && to >= this.#samplingSince);
    const sampled = isSampled ? withReason(withReason(connection, "sampled"), "overload") : connection;
    return missesPackets(sampled) && this.losses.meets(from, to) ? withReason(sampled, "captureLoss") : sampled;
  }
}

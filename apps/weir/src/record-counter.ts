import {
  type AnalysisConfig,
  AttemptGrouper,
  ConnectionJudge,
  DeliveryLinker,
  SearchLists,
  TruncatedAnswers,
} from "@weir/analysis";
import type { Capture, Connection } from "@weir/model";
import type { ConnectionReport, RecordSink } from "@weir/pipeline";
import { VantageVotes } from "./vantage.ts";

/** Counts records on their way to the sink, judges connections one by one, numbers the attempts of calls and the steps of search lists, tells what was asked again over TCP, and links those that publish with those that deliver. */
export class RecordCounter implements RecordSink {
  readonly #sink: RecordSink;
  readonly #judge: ConnectionJudge;
  readonly #vantage = new VantageVotes();
  readonly #attempts: AttemptGrouper;
  readonly #deliveries: DeliveryLinker;
  readonly #searchLists = new SearchLists();
  readonly #truncatedAnswers = new TruncatedAnswers();
  /** Absent where nobody wants to hear of connections that go on. */
  readonly update?: (connection: Connection, report: ConnectionReport) => void;
  connections = 0;
  calls = 0;

  constructor(sink: RecordSink, config: AnalysisConfig | undefined) {
    this.#sink = sink;
    // Not judged: a verdict is on a connection as a whole.
    if (sink.update !== undefined) this.update = (connection, report) => sink.update?.(connection, report);
    this.#judge = new ConnectionJudge(config);
    this.#attempts = new AttemptGrouper((retry) => sink.retry?.(retry));
    this.#deliveries = new DeliveryLinker((delivery) => sink.delivery?.(delivery));
  }

  connection(connection: Parameters<RecordSink["connection"]>[0]): void {
    this.connections += 1;
    this.#vantage.connection(connection);
    // Completed in place, like the pipeline does: the record is handed over, and large.
    this.#sink.connection(Object.assign(connection, this.#judge.outcomesOf(connection)));
  }

  call(call: Parameters<RecordSink["call"]>[0]): void {
    this.calls += 1;
    const known = this.#searchLists.call(this.#truncatedAnswers.call(call));
    this.#sink.call(this.#attempts.call(known));
    this.#deliveries.call(known);
  }

  /** Nothing more comes. */
  finish(): void {
    this.#attempts.finish();
  }

  vantage(): Capture["vantage"] {
    return this.#vantage.judge();
  }
}

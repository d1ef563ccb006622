import { setTimeout as sleep } from "node:timers/promises";
import type { ExportState } from "@weir/http-contract";
import type { Call, Connection, Finding } from "@weir/model";
import {
  type Attributes,
  type Origin,
  type OutgoingLog,
  type OutgoingSpan,
  type Temporality,
  writeLogs,
  writeMetrics,
  writeTraces,
} from "@weir/receive";
import { callSpan, clientResource, connectionEvent, EdgeMetrics, findingEvent, type Traffic } from "@weir/send";
import { ExportCounts } from "../counts.ts";
import type { Clock } from "./patience.ts";
import { SendQueue } from "./send-queue.ts";
import { SENT_SIGNALS, type SentSignal, type Transport } from "./transport.ts";

/** Spans or log records of one request, and how long they gather at most. */
const BATCH_ITEMS = 500;
const FLUSH_EVERY_MS = 1_000;
/** At the end the receiver gets so long to take what is left. */
const PATIENCE_MS = 5_000;
/** Connections whose client's place in a cluster is remembered for their calls. */
const MAX_RESOURCES = 50_000;
const NS_PER_MS = 1_000_000n;

export interface OtlpExportOptions {
  readonly transport: Transport;
  readonly signals: ReadonlySet<SentSignal>;
  readonly temporality: Temporality;
  readonly metricsEveryMs: number;
  /** Who measures: the resource of the metrics. */
  readonly observer: Attributes;
  readonly version: string;
  readonly log: (line: string) => void;
}

const CLOCK: Clock = {
  now: Date.now,
  random: Math.random,
  sleep: (ms) => sleep(ms, undefined, { ref: false }),
};

/** Calls as spans, connections and findings as events, calls and connections as metrics of edges: to a receiver of OTLP. */
export class OtlpExport {
  readonly #options: OtlpExportOptions;
  readonly #counts = { traces: new ExportCounts(), metrics: new ExportCounts(), logs: new ExportCounts() };
  readonly #queues: Readonly<Record<SentSignal, SendQueue>>;
  readonly #metrics: EdgeMetrics;
  readonly #resources = new Map<string, Attributes>();
  readonly #timers: NodeJS.Timeout[];
  #spans: OutgoingSpan[] = [];
  #logs: OutgoingLog[] = [];

  constructor(options: OtlpExportOptions) {
    const { transport, log, temporality, metricsEveryMs } = options;
    this.#options = options;
    const queue = (signal: SentSignal) =>
      new SendQueue({ signal, transport, counts: this.#counts[signal], clock: CLOCK, log });
    this.#queues = { traces: queue("traces"), metrics: queue("metrics"), logs: queue("logs") };
    this.#metrics = new EdgeMetrics(temporality, nowNs());
    this.#timers = [
      setInterval(() => this.#flush(), FLUSH_EVERY_MS),
      setInterval(() => this.#sendMetrics(), metricsEveryMs),
    ];
    // What is sent does not keep a program alive that could not begin.
    for (const timer of this.#timers) timer.unref();
  }

  /** A call; `isCounted` where no other vantage counts it. */
  call(call: Call, isCounted: boolean): void {
    const { version } = this.#options;
    if (isCounted && this.#sends("metrics")) this.#metrics.call(call);
    if (!this.#sends("traces")) return;
    this.#spans.push(callSpan({ call, version, resource: this.#resources.get(call.connectionId) }));
    if (this.#spans.length >= BATCH_ITEMS) this.#flush();
  }

  /** A connection that begins or goes on, with what went over it since it was told last. */
  connectionReport(connection: Connection, traffic: Traffic | undefined): void {
    const { connectionId, clientK8sNamespaceName, clientK8sNodeName } = connection;
    const isInCluster = clientK8sNamespaceName !== undefined || clientK8sNodeName !== undefined;
    if (isInCluster && this.#resources.size < MAX_RESOURCES)
      this.#resources.set(connectionId, clientResource(connection));
    if (traffic !== undefined && this.#sends("metrics")) this.#metrics.traffic(connection, traffic);
  }

  /** A connection that is over; `isCounted` where no other vantage counts it. */
  connectionEnd(connection: Connection, traffic: Traffic, isCounted: boolean): void {
    this.#resources.delete(connection.connectionId);
    if (isCounted && this.#sends("metrics")) {
      this.#metrics.traffic(connection, traffic);
      this.#metrics.connectionEnd(connection);
    }
    this.#event(connectionEvent, connection);
  }

  finding(finding: Finding): void {
    this.#event(findingEvent, finding);
  }

  #event<Record_>(make: (record: Record_, version: string, observedNs: bigint) => OutgoingLog, record: Record_): void {
    if (!this.#sends("logs")) return;
    this.#logs.push(make(record, this.#options.version, nowNs()));
    if (this.#logs.length >= BATCH_ITEMS) this.#flush();
  }

  view(): ExportState[] {
    const { target } = this.#options.transport;
    return SENT_SIGNALS.filter((signal) => this.#sends(signal)).map((signal) => ({
      name: `otlp-${signal}`,
      title: `OTLP ${signal}`,
      target,
      ...this.#counts[signal].view(),
    }));
  }

  /** Sends what is left, as far as it is taken in time. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#flush();
    this.#sendMetrics();
    const done = new AbortController();
    const patience = sleep(PATIENCE_MS, undefined, { signal: done.signal }).catch(() => undefined);
    await Promise.all(Object.values(this.#queues).map((queue) => queue.stop(patience)));
    done.abort();
    this.#options.transport.close();
  }

  #sends(signal: SentSignal): boolean {
    return this.#options.signals.has(signal);
  }

  #flush(): void {
    const spans = this.#spans.splice(0);
    if (spans.length > 0) this.#queues.traces.add(spans.length, writeTraces(spans));
    const logs = this.#logs.splice(0);
    if (logs.length > 0) this.#queues.logs.add(logs.length, writeLogs(logs));
  }

  #sendMetrics(): void {
    const { observer, version, temporality } = this.#options;
    const metrics = this.#metrics.collect(nowNs());
    const points = metrics.reduce((sum, metric) => sum + metric.points.length, 0);
    if (points === 0) return;
    const origin: Origin = { resource: observer, scope: { name: "weir", version } };
    this.#queues.metrics.add(points, writeMetrics(origin, temporality, metrics));
    this.#counts.metrics.dropped("overflow", this.#metrics.takeOverflowed(), "see otel.metric.overflow", Date.now());
  }
}

function nowNs(): bigint {
  return BigInt(Date.now()) * NS_PER_MS;
}

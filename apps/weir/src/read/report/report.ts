import { type AnalysisConfig, createDetectors, type Detector, rankFindings } from "@weir/analysis";
import type { Call, Capture, Connection, Finding, Retry } from "@weir/model";
import { callBadness, connectionBadness } from "./badness.ts";
import { EdgeTable, type EdgeTotals, isSampled } from "./edge-totals.ts";
import { TopList } from "./top-list.ts";

/** Everything a page shows about one capture, or about several together. */
export interface Report {
  readonly captures: readonly Capture[];
  readonly findings: readonly Finding[];
  readonly edges: readonly EdgeTotals[];
  readonly worstConnections: readonly Connection[];
  readonly worstCalls: readonly Call[];
  readonly slowestCalls: readonly Call[];
  readonly connectionsByTransport: ReadonlyMap<string, number>;
  readonly callsByProtocol: ReadonlyMap<string, number>;
  /** Logical calls whose callers waited longest, of those that took several attempts. */
  readonly longestRetries: readonly Retry[];
  /** How many there were. */
  readonly retries: number;
}

const LISTED = 10;

/** Gathers the {@link Report} of one capture from its records as they come. Memory grows with edges, not with traffic. */
export class ReportBuilder {
  readonly #edges = new EdgeTable();
  readonly #detectors: readonly Detector[];
  /** Those that look at calls. */
  readonly #callDetectors: readonly Detector[];
  readonly #worstConnections = new TopList<Connection>(LISTED, connectionBadness);
  readonly #failedCalls = new TopList<Call>(LISTED, (call) =>
    call.status === "ok" || call.status === "unknown" ? 0 : callBadness(call),
  );
  readonly #slowestCalls = new TopList<Call>(LISTED, (call) => call.durationNs ?? 0);
  readonly #connectionsByTransport = new Map<string, number>();
  readonly #callsByProtocol = new Map<string, number>();
  readonly #longestRetries = new TopList<Retry>(LISTED, ({ durationNs }) => durationNs);
  #retries = 0;

  constructor(config: AnalysisConfig) {
    this.#detectors = createDetectors(config);
    this.#callDetectors = this.#detectors.filter(({ call }) => call !== undefined);
  }

  connection(connection: Connection): void {
    this.#edges.connection(connection);
    count(this.#connectionsByTransport, connection.transport, connection.attempts);
    if (isSampled(connection)) return;
    this.#worstConnections.offer(connection);
    for (const detector of this.#detectors) detector.connection?.(connection);
  }

  call(call: Call): void {
    this.#edges.call(call);
    count(this.#callsByProtocol, call.protocol);
    if (isSampled(call)) return;
    this.#failedCalls.offer(call);
    this.#slowestCalls.offer(call);
    for (const detector of this.#callDetectors) detector.call?.(call);
  }

  retry(retry: Retry): void {
    this.#retries += 1;
    this.#longestRetries.offer(retry);
    for (const detector of this.#detectors) detector.retry?.(retry);
  }

  /** The report over everything that came. Call once. */
  finish(capture: Capture): Report {
    return {
      captures: [capture],
      findings: rankFindings(this.#detectors.flatMap((detector) => detector.finish(capture.captureId))),
      edges: this.#edges.all(),
      worstConnections: this.#worstConnections.items(),
      worstCalls: this.#failedCalls.items(),
      slowestCalls: this.#slowestCalls.items(),
      connectionsByTransport: this.#connectionsByTransport,
      callsByProtocol: this.#callsByProtocol,
      longestRetries: this.#longestRetries.items(),
      retries: this.#retries,
    };
  }
}

/**
 * One report over several captures. Captures of several hosts see the same traffic more than once: each edge and each
 * finding is taken from the capture that saw most of it, and connections and calls are listed once.
 */
export function mergeReports(reports: readonly Report[]): Report {
  const [only] = reports;
  if (reports.length === 1 && only !== undefined) return only;
  const fullest = (a: EdgeTotals, b: EdgeTotals) =>
    b.calls - a.calls || b.connections - a.connections || b.bytes - a.bytes;
  const edges = reports.flatMap((report) => report.edges);
  const findings = rankFindings(reports.flatMap((report) => report.findings));
  return {
    captures: reports.flatMap((report) => report.captures),
    findings: rankFindings(firstOfEach(findings, (finding) => `${finding.rule} ${edgeKey(finding)}`)),
    edges: firstOfEach(
      [...edges].sort(fullest),
      (edge) => `${edge.client} ${edge.server} ${edge.serverPort} ${edge.transport}`,
    ),
    worstConnections: worstOf(
      reports.flatMap((report) => report.worstConnections),
      connectionBadness,
      endpoints,
    ),
    worstCalls: worstOf(
      reports.flatMap((report) => report.worstCalls),
      callBadness,
      callKey,
    ),
    slowestCalls: worstOf(
      reports.flatMap((report) => report.slowestCalls),
      (call) => call.durationNs ?? 0,
      callKey,
    ),
    connectionsByTransport: sumOf(reports.map((report) => report.connectionsByTransport)),
    callsByProtocol: sumOf(reports.map((report) => report.callsByProtocol)),
    longestRetries: worstOf(
      reports.flatMap((report) => report.longestRetries),
      ({ durationNs }) => durationNs,
      retryKey,
    ),
    retries: reports.reduce((sum, { retries }) => sum + retries, 0),
  };
}

function edgeKey(finding: Finding): string {
  return `${finding.clientService} ${finding.serverService} ${finding.serverPort}`;
}

function endpoints(record: Connection | Call): string {
  return `${record.transport} ${record.clientAddress} ${record.clientPort} ${record.serverAddress} ${record.serverPort}`;
}

/** The same call in two captures: same ends, same number on its connection. */
function callKey(call: Call): string {
  return `${endpoints(call)} ${call.callId.slice(call.connectionId.length)}`;
}

/** The same logical call in two captures: the same ends and the same moment. */
function retryKey({ clientService, serverService, target, startedAt }: Retry): string {
  return `${clientService} ${serverService} ${target} ${startedAt / 1_000_000n}`;
}

function worstOf<Item>(items: readonly Item[], score: (item: Item) => number, key: (item: Item) => string): Item[] {
  const sorted = [...items].sort((a, b) => score(b) - score(a));
  return firstOfEach(sorted, key).slice(0, LISTED);
}

function firstOfEach<Item>(items: readonly Item[], key: (item: Item) => string): Item[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const its = key(item);
    if (seen.has(its)) return false;
    seen.add(its);
    return true;
  });
}

function sumOf(maps: readonly ReadonlyMap<string, number>[]): ReadonlyMap<string, number> {
  const sum = new Map<string, number>();
  for (const map of maps) for (const [key, value] of map) sum.set(key, (sum.get(key) ?? 0) + value);
  return sum;
}

function count(map: Map<string, number>, key: string, by = 1): void {
  map.set(key, (map.get(key) ?? 0) + by);
}

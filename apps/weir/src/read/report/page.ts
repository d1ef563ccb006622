import {
  formatBytes,
  formatCount,
  formatDurationNs,
  formatEndpoint,
  formatRatio,
  formatUnixNs,
  NS_PER_S,
} from "@weir/base";
import type { Call, Capture, Connection, Retry } from "@weir/model";
import type { EdgeTotals } from "./edge-totals.ts";
import { renderEdgeVerdicts } from "./edge-verdicts.ts";
import { renderFindings } from "./findings-page.ts";
import type { Paint } from "./paint.ts";
import type { Report } from "./report.ts";
import { type Column, renderTable, shorten } from "./table.ts";

const LISTED_EDGES = 20;
const left = (heading: string): Column => ({ heading, align: "left" });
const right = (heading: string): Column => ({ heading, align: "right" });

/** What the reader of a page must know of how it was made. */
export interface PageNotes {
  /** False where calls were not looked for. */
  readonly readsCalls: boolean;
  /** Only one of so many packets was captured, by choice. */
  readonly sampling: number | undefined;
}

/** The page that `weir read` prints: what the capture holds, what is wrong, who talks to whom, the worst of it. */
export function renderPage(report: Report, paint: Paint, notes: PageNotes): string {
  const sections = [
    report.captures.flatMap((capture) => renderCapture(capture, paint)),
    renderTotals(report, paint, notes),
    notes.sampling === undefined ? renderFindings(report.findings, paint) : renderSampling(notes.sampling, paint),
    renderEdges(report, paint, notes),
    renderEdgeVerdicts(report.edges, paint),
    renderConnections(report.worstConnections, paint),
    renderCalls("FAILED CALLS", report.worstCalls, paint),
    renderCalls("SLOWEST CALLS", report.slowestCalls, paint),
    renderRetries(report, paint),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function renderCapture(capture: Capture, paint: Paint): string[] {
  const { startedAt, endedAt } = capture;
  const span =
    startedAt === undefined || endedAt === undefined
      ? []
      : [
          formatDurationNs(Number(endedAt - startedAt)),
          `from ${formatUnixNs(startedAt).slice(0, 23).replace("T", " ")} UTC`,
        ];
  const facts = [capture.format, ...span, `${formatCount(capture.packets)} packets`, formatBytes(capture.wireBytes)];
  const losses = [
    `vantage ${capture.vantage}`,
    capture.droppedPackets === undefined
      ? "losses not stated"
      : `${formatCount(capture.droppedPackets)} packets lost by the capture`,
    ...(capture.cutPackets > 0 ? [`${formatCount(capture.cutPackets)} cut by the snap length`] : []),
    ...(capture.latePackets > 0 ? [`${formatCount(capture.latePackets)} after their connection was over`] : []),
    ...(capture.undecodedPackets > 0 ? [`${formatCount(capture.undecodedPackets)} without readable IP`] : []),
    `grade ${capture.grade}${capture.gradeReasons.length > 0 ? ` (${capture.gradeReasons.join(", ")})` : ""}`,
  ];
  return [
    `${paint.strong(capture.name)}  ${facts.join(" · ")}`,
    paint.dim(`  ${losses.join(" · ")}`),
    ...(capture.problem === undefined ? [] : [paint.warn(`  ! ${capture.problem}`)]),
  ];
}

function renderTotals(report: Report, paint: Paint, { readsCalls }: PageNotes): string[] {
  const list = (counts: ReadonlyMap<string, number>) =>
    [...counts]
      .sort((a, b) => b[1] - a[1])
      .map(([name, count]) => `${formatCount(count)} ${name}`)
      .join(", ");
  const connections = list(report.connectionsByTransport);
  const found = list(report.callsByProtocol);
  const calls = readsCalls ? found || "none" : "not read (--no-calls)";
  return [paint.dim(`  connections: ${connections === "" ? "none" : connections} · calls: ${calls}`)];
}

/** In place of findings: what is missing from a sampled capture was perhaps there. */
function renderSampling(sampling: number, paint: Paint): string[] {
  return [
    paint.heading("FINDINGS"),
    `  not judged: one of ${formatCount(sampling)} packets was captured, by choice. Losses, order, waits and endings cannot be told from what is missing;`,
    `  bytes below are estimates, ${formatCount(sampling)} times what was captured. Connections and calls are those that were seen.`,
  ];
}

function renderEdges(report: Report, paint: Paint, { sampling }: PageNotes): string[] {
  if (report.edges.length === 0) return [];
  const seconds = spanSeconds(report.captures);
  const shown = report.edges.slice(0, LISTED_EDGES);
  const columns = [
    left("client → server"),
    left("protocol"),
    right("conns"),
    right("failed"),
    right("calls"),
    right("calls/s"),
    right("errors"),
    right("p50"),
    right("p95"),
    right("p99"),
    right("handshake p50"),
    right("resent"),
    right(sampling === undefined ? "bytes" : `bytes ×${sampling}`),
  ];
  const more = report.edges.length - shown.length;
  return [
    paint.heading("WHO TALKS TO WHOM"),
    ...renderTable(
      columns,
      shown.map((edge) => edgeRow(edge, seconds, sampling ?? 1, paint)),
    ),
    ...(more > 0 ? [paint.dim(`  … and ${formatCount(more)} more edges (--json has all connections)`)] : []),
  ];
}

function edgeRow(edge: EdgeTotals, seconds: number, sampling: number, paint: Paint): string[] {
  const quantile = (sketch: EdgeTotals["callDurationNs"], q: number) =>
    sketch.count === 0 ? "–" : formatDurationNs(sketch.getValueAtQuantile(q));
  const alarmed = (count: number, text: string) => (count > 0 ? paint.bad(text) : text);
  const resentRatio = edge.dataSegments === 0 ? 0 : edge.retransmissions / edge.dataSegments;
  return [
    `${shorten(edge.client, 28)} → ${shorten(formatEndpoint(edge.server, edge.serverPort), 34)}`,
    [...edge.protocols].sort().join(",") || edge.transport,
    formatCount(edge.connections),
    alarmed(edge.failedConnections, formatCount(edge.failedConnections)),
    formatCount(edge.calls),
    seconds > 0 ? (edge.calls / seconds).toFixed(1) : "–",
    edge.calls === 0 ? "–" : alarmed(edge.callErrors, formatRatio(edge.callErrors / edge.calls)),
    quantile(edge.callDurationNs, 0.5),
    quantile(edge.callDurationNs, 0.95),
    quantile(edge.callDurationNs, 0.99),
    quantile(edge.handshakeNs, 0.5),
    resentRatio > 0.01 ? paint.bad(formatRatio(resentRatio)) : formatRatio(resentRatio),
    formatBytes(edge.bytes * sampling),
  ];
}

function renderConnections(connections: readonly Connection[], paint: Paint): string[] {
  if (connections.length === 0) return [];
  const columns = [
    left("stream"),
    left("client → server"),
    left("ended"),
    right("lasted"),
    right("resent"),
    right("at zero window"),
    right("longest stall"),
    right("failed calls"),
    right("first packet"),
    left("grade"),
  ];
  const rows = connections.map((connection) => [
    `${connection.transport} ${connection.streamNumber}`,
    `${shorten(connection.clientService, 24)} → ${shorten(formatEndpoint(connection.serverService, connection.serverPort), 30)}`,
    connection.closeReason,
    formatDurationNs(connection.durationNs),
    `${connection.clientRetransmissions + connection.serverRetransmissions} (${formatRatio(connection.retransmissionRatio)})`,
    formatDurationNs(connection.clientZeroWindowNs + connection.serverZeroWindowNs),
    formatDurationNs(connection.longestStallNs),
    `${connection.callErrors}/${connection.calls}`,
    String(connection.firstPacket),
    connection.grade,
  ]);
  return [paint.heading("WORST CONNECTIONS"), ...renderTable(columns, rows)];
}

function renderCalls(heading: string, calls: readonly Call[], paint: Paint): string[] {
  if (calls.length === 0) return [];
  const columns = [
    left("stream"),
    left("client → server"),
    left("call"),
    left("status"),
    right("took"),
    right("waited"),
    right("packets"),
  ];
  const rows = calls.map((call) => [
    `${call.transport} ${call.streamNumber}`,
    `${shorten(call.clientService, 24)} → ${shorten(formatEndpoint(call.serverService, call.serverPort), 30)}`,
    shorten(`${call.protocol} ${call.operation} ${call.target}`, 56),
    call.status === "ok" ? paint.good(call.statusCode || "ok") : paint.bad(`${call.status} ${call.statusCode}`.trim()),
    call.durationNs === undefined ? "–" : formatDurationNs(call.durationNs),
    call.waitNs === undefined ? "–" : formatDurationNs(call.waitNs),
    `${call.requestPackets[0] ?? "–"}–${call.responsePackets.at(-1) ?? call.requestPackets.at(-1) ?? "–"}`,
  ]);
  return [paint.heading(heading), ...renderTable(columns, rows)];
}

function renderRetries({ longestRetries, retries }: Report, paint: Paint): string[] {
  if (longestRetries.length === 0) return [];
  const columns = [
    left("client → server"),
    left("call"),
    right("attempts"),
    left("failures"),
    left("outcome"),
    right("took"),
    left("waits"),
    left("known by"),
  ];
  const rows = longestRetries.map((retry) => [
    `${shorten(retry.clientService, 24)} → ${shorten(formatEndpoint(retry.serverService, retry.serverPort), 30)}`,
    shorten(`${retry.protocol} ${retry.operation} ${retry.target}`, 48),
    String(retry.attempts),
    shorten([...new Set(retry.failures.filter((failure) => failure !== ""))].join(", "), 28),
    retry.outcome === "ok" ? paint.good("ok") : paint.bad(retry.outcome),
    formatDurationNs(retry.durationNs),
    waitsText(retry),
    retry.evidence,
  ]);
  const more = retries > longestRetries.length ? ` (${longestRetries.length} of ${formatCount(retries)})` : "";
  return [paint.heading(`CALLS TRIED AGAIN${more}`), ...renderTable(columns, rows)];
}

/** `exponential from 100 ms`. */
function waitsText({ backoff, backoffBaseNs }: Retry): string {
  return backoffBaseNs === undefined ? backoff : `${backoff} from ${formatDurationNs(backoffBaseNs)}`;
}

/** The time that rates are held against: the span of all captures together. */
function spanSeconds(captures: readonly Capture[]): number {
  const starts = captures.flatMap(({ startedAt }) => (startedAt === undefined ? [] : [startedAt]));
  const ends = captures.flatMap(({ endedAt }) => (endedAt === undefined ? [] : [endedAt]));
  if (starts.length === 0 || ends.length === 0) return 0;
  const first = starts.reduce((a, b) => (b < a ? b : a));
  const last = ends.reduce((a, b) => (b > a ? b : a));
  return Number(last - first) / NS_PER_S;
}

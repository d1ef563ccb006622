import { formatCount, formatDurationNs, formatEndpoint, formatUnixNs, unixNsAt } from "@weir/base";
import type { Call, Connection } from "@weir/model";
import { renderFindings } from "../report/findings-page.ts";
import type { Paint } from "../report/paint.ts";
import { type Column, renderTable, shorten } from "../report/table.ts";
import { CLOSE_WORDS, seenParts } from "./ending.ts";
import type { Explanation } from "./explanation.ts";
import { healthNumbersOf } from "./health-numbers.ts";
import type { SilentRules } from "./judge-alone.ts";
import { ladderLines } from "./ladder-text.ts";
import { formatStreamName } from "./stream-name.ts";
import { renderVerdicts } from "./verdicts-text.ts";

const SHOWN_CALLS = 20;
const left = (heading: string): Column => ({ heading, align: "left" });
const right = (heading: string): Column => ({ heading, align: "right" });

/** The page of one connection: who and when, health, how it ended, verdicts, calls, judgement, first packets. */
export function renderExplanation(explanation: Explanation, paint: Paint): string {
  const { connection, calls, judgement } = explanation;
  const sections = [
    renderWho(explanation, paint),
    renderHealth(connection, paint),
    renderEnding(connection, paint),
    renderVerdicts(explanation.verdicts, paint),
    renderCalls(connection, calls, paint),
    renderFindings(judgement.findings, paint),
    renderSilent(judgement.silent, paint),
    renderLadder(explanation, paint),
  ];
  return `${sections.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function renderWho({ capture, connection, laterFirstPackets }: Explanation, paint: Paint): string[] {
  const { clientService, clientAddress, clientPort, serverService, serverAddress, serverPort, startedAt } = connection;
  const client = named(clientService, clientAddress, clientPort);
  const server = named(serverService, serverAddress, serverPort);
  const reasons = connection.gradeReasons.length > 0 ? ` (${connection.gradeReasons.join(", ")})` : "";
  const around = [
    connection.protocol === "" ? "protocol not recognised" : connection.protocol,
    ...(connection.tlsServerName === undefined ? [] : [`TLS for ${connection.tlsServerName}`]),
    ...(connection.vlanId === undefined ? [] : [`VLAN ${connection.vlanId}`]),
    ...(connection.tunnel === "" ? [] : [`in ${connection.tunnel}`]),
    `client known with ${connection.directionScore} of 255`,
    `grade ${connection.grade}${reasons}`,
  ];
  return [
    `${paint.strong(formatStreamName(connection))}  ${client} → ${server}  in ${capture.name}`,
    `  ${around.join(" · ")}`,
    `  from ${formatUnixNs(startedAt)} to ${formatUnixNs(unixNsAt(startedAt, connection.durationNs))}, ${formatDurationNs(connection.durationNs)} · packets ${connection.firstPacket} to ${connection.lastPacket}`,
    ...(capture.problem === undefined ? [] : [paint.warn(`  ! ${capture.problem}`)]),
    ...(laterFirstPackets.length === 0
      ? []
      : [paint.warn(`  ! this stream went idle and came back at packet ${laterFirstPackets.slice(0, 10).join(", ")}`)]),
  ];
}

function named(service: string, address: string, port: number): string {
  const endpoint = formatEndpoint(address, port);
  return service === address ? endpoint : `${service} (${endpoint})`;
}

function renderHealth(connection: Connection, paint: Paint): string[] {
  const { measured, zero, unknown } = healthNumbersOf(connection);
  const rows = measured.map(({ field, text }) => [
    field.name,
    text,
    field.wireshark === undefined ? field.meaning : `${field.meaning} ${paint.dim(`[${field.wireshark}]`)}`,
  ]);
  return [
    paint.heading("HEALTH"),
    ...renderTable([left("number"), right("value"), left("definition [Wireshark's]")], rows),
    ...(zero.length === 0 ? [] : [paint.dim(`  zero: ${zero.join(", ")}`)]),
    ...(unknown.length === 0 ? [] : [paint.dim(`  not known: ${unknown.join(", ")}`)]),
  ];
}

function renderEnding(connection: Connection, paint: Paint): string[] {
  const seen = seenParts(connection);
  const { closedBy, closedAfterNs } = connection;
  return [
    `${paint.heading("HOW IT ENDED")}  ${connection.closeReason}: ${CLOSE_WORDS[connection.closeReason]}`,
    ...(seen.length === 0 ? [] : [`  seen: ${seen.join(", ")}`]),
    ...(closedBy === "" || closedAfterNs === undefined
      ? []
      : [`  the ${closedBy} began, ${formatDurationNs(closedAfterNs)} after the first packet`]),
    ...(connection.unreachableCode === "" ? [] : [`  ICMP said: ${connection.unreachableCode}`]),
  ];
}

function renderCalls(connection: Connection, calls: readonly Call[], paint: Paint): string[] {
  if (connection.calls === 0) return [`${paint.heading("CALLS")}  none was recognised`];
  const failed = connection.callErrors > 0 ? paint.bad(`${connection.callErrors} failed`) : "none failed";
  const columns = [left("call"), right("after"), left("status"), right("took"), right("waited"), right("packets")];
  const rows = calls
    .slice(0, SHOWN_CALLS)
    .map((call) => [
      shorten(`${call.operation} ${call.target}`, 72),
      formatDurationNs(Number(call.startedAt - connection.startedAt)),
      `${call.status} ${call.statusCode}`.trim(),
      call.durationNs === undefined ? "–" : formatDurationNs(call.durationNs),
      call.waitNs === undefined ? "–" : formatDurationNs(call.waitNs),
      `${call.requestPackets[0] ?? "–"}–${call.responsePackets.at(-1) ?? call.requestPackets.at(-1) ?? "–"}`,
    ]);
  const more = connection.calls - rows.length;
  return [
    `${paint.heading("CALLS")}  ${formatCount(connection.calls)}, ${failed}`,
    ...renderTable(columns, rows),
    ...(more > 0 ? [paint.dim(`  … and ${formatCount(more)} more (--json has them)`)] : []),
    ...(connection.calls > calls.length
      ? [paint.warn(`  ! only the first ${formatCount(calls.length)} were judged`)]
      : []),
  ];
}

function renderSilent(silent: readonly SilentRules[], paint: Paint): string[] {
  return [
    `${paint.heading("ASKED, AND NOTHING FOUND")}  ${paint.dim("thresholds as for a whole capture, but one reset connection is enough")}`,
    ...silent.map(({ rules, thresholds }) => `  ${rules.join(", ")} ${paint.dim(`(needs: ${thresholds})`)}`),
  ];
}

function renderLadder({ connection, ladder }: Explanation, paint: Paint): string[] {
  const total = connection.clientPackets + connection.serverPackets;
  const shown = ladder.packets.length;
  return [
    `${paint.heading("PACKETS")}  ${ladder.truncated ? `the first ${shown} of ${formatCount(total)}` : `all ${shown}`}`,
    ...ladderLines(ladder, connection.transport === "tcp"),
  ];
}

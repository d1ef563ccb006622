import { ensure } from "@weir/base";
import type { Evidence, Finding } from "@weir/model";

/** So many unnamed clients with the same trouble at the same server are one finding: people read servers, not lists of addresses. */
const GROUP_FROM = 5;
/** Ids, packets and streams kept of a group's evidence. */
const KEPT = 20;

/**
 * Joins findings that differ only in the client's address. Named clients stay apart: their names are what people look for. The one with
 * the most impact lends its tree and its words.
 */
export function groupClients(findings: readonly Finding[]): Finding[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const { rule, serverService, serverPort, severity, decided } = finding;
    const key = isAddress(finding.clientService)
      ? `${rule}\t${serverService}\t${serverPort}\t${severity}\t${decided}`
      : finding.findingId;
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups.values()].flatMap((group) => (group.length < GROUP_FROM ? group : [joined(group)]));
}

/** Records carry addresses in canonical form: dotted, or with colons, which no name has. */
function isAddress(service: string): boolean {
  return /^\d+(?:\.\d+){3}$/.test(service) || service.includes(":");
}

function joined(group: readonly Finding[]): Finding {
  const [first] = [...group].sort((a, b) => b.impact - a.impact || (a.findingId < b.findingId ? -1 : 1));
  const worst = ensure(first, "a group has members");
  const clients = `${group.length} clients`;
  return {
    ...worst,
    clientService: clients,
    findingId: `${worst.captureId}-${worst.rule}-clients-${worst.serverService}-${worst.serverPort}`.replace(
      /[^\w.:-]+/g,
      "_",
    ),
    title: worst.title.replace(worst.clientService, clients),
    summary: `The same at ${clients}; the most hit is ${worst.clientService}, of which the following speaks. ${worst.summary}`,
    startedAt: group.reduce((first, { startedAt }) => (startedAt < first ? startedAt : first), worst.startedAt),
    endedAt: group.reduce((last, { endedAt }) => (endedAt > last ? endedAt : last), worst.endedAt),
    impact: group.reduce((sum, { impact }) => sum + impact, 0),
    evidence: joinedEvidence([worst, ...group.filter((finding) => finding !== worst)]),
    grade: group.some(({ grade }) => grade !== "whole") ? worst.grade : "whole",
    gradeReasons: [...new Set(group.flatMap(({ gradeReasons }) => gradeReasons))],
  };
}

function joinedEvidence(group: readonly Finding[]): Evidence {
  const all = group.map(({ evidence }) => evidence);
  return {
    connectionIds: all.flatMap(({ connectionIds }) => connectionIds).slice(0, KEPT),
    connectionCount: all.reduce((sum, { connectionCount }) => sum + connectionCount, 0),
    callIds: all.flatMap(({ callIds }) => callIds).slice(0, KEPT),
    callCount: all.reduce((sum, { callCount }) => sum + callCount, 0),
    packets: all.flatMap(({ packets }) => packets).slice(0, KEPT),
    streams: all.flatMap(({ streams }) => streams).slice(0, KEPT),
  };
}

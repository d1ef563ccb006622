import { ensure } from "@weir/base";
import type { Evidence, Finding } from "@weir/model";
import { edgeName } from "./edges.ts";

/** So many unnamed ends with the same trouble at the same other end are one finding: people do not read lists of addresses. */
const GROUP_FROM = 5;
/** Ids, packets and streams kept of a group's evidence. */
const KEPT = 20;

/** The end of an edge that differs within a group. */
type End = "clientService" | "serverService";
const PLURALS: Readonly<Record<End, string>> = { clientService: "clients", serverService: "servers" };

/**
 * Joins findings that differ only in the address of one end: many clients of one server, then many servers of one client. Named ends stay apart:
 * their names are what people look for. The one with the most impact lends its tree and its words.
 */
export function groupEdges(findings: readonly Finding[]): Finding[] {
  return groupBy(groupBy(findings, "clientService"), "serverService");
}

function groupBy(findings: readonly Finding[], end: End): Finding[] {
  const other: End = end === "clientService" ? "serverService" : "clientService";
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const { rule, serverPort, severity, decided } = finding;
    const key = isAddress(finding[end])
      ? `${rule}\t${finding[other]}\t${serverPort}\t${severity}\t${decided}`
      : finding.findingId;
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups.values()].flatMap((group) => (group.length < GROUP_FROM ? group : [joined(group, end)]));
}

/** Records carry addresses in canonical form: dotted, or with colons, which no name has. */
function isAddress(service: string): boolean {
  return /^\d+(?:\.\d+){3}$/.test(service) || service.includes(":");
}

function joined(group: readonly Finding[], end: End): Finding {
  const [first] = [...group].sort((a, b) => b.impact - a.impact || (a.findingId < b.findingId ? -1 : 1));
  const worst = ensure(first, "a group has members");
  const many = `${group.length} ${PLURALS[end]}`;
  const edge = { ...worst, [end]: many };
  return {
    ...edge,
    findingId:
      `${worst.captureId}-${worst.rule}-${edge.clientService}-${edge.serverService}-${worst.serverPort}`.replace(
        /[^\w.:-]+/g,
        "_",
      ),
    title: worst.title.replace(edgeName(worst), edgeName(edge)),
    summary: `The same at ${many}; the most hit is ${worst[end]}, of which the following speaks. ${worst.summary}`,
    startedAt: group.reduce(
      (earliest, { startedAt }) => (startedAt < earliest ? startedAt : earliest),
      worst.startedAt,
    ),
    endedAt: group.reduce((latest, { endedAt }) => (endedAt > latest ? endedAt : latest), worst.endedAt),
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

import { cpus, totalmem } from "node:os";
import type { Comparison } from "./compare.ts";
import { Weir } from "./contenders.ts";
import { type Goal, ratiosOf } from "./goals.ts";

/** Where it was measured. */
export function describeMachine(): string {
  const [first] = cpus();
  return `${cpus().length} × ${first?.model ?? "?"}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
}

/** The table of one capture, as Markdown. */
export function formatComparison(comparison: Comparison): string {
  const { name, description, packets, connections, fileBytes, results, absent } = comparison;
  const lines = [
    `## ${name}`,
    "",
    `${description}; ${packets} packets, ${connections} connections, ${mib(fileBytes).toFixed(0)} MiB`,
    "",
    "| what | packets/s | MiB/s | wall s | CPU s | peak MiB | wall vs Weir | CPU vs Weir |",
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
  ];
  for (const result of results) {
    const { wall, cpu } = ratiosOf(result, comparison);
    const part = result.packets < packets ? `, first ${result.packets} packets` : "";
    const cells = [
      `${result.name}${part}`,
      Math.round(result.packets / result.wallS),
      (mib(result.fileBytes) / result.wallS).toFixed(0),
      result.wallS.toFixed(2),
      result.cpuS.toFixed(2),
      result.peakMiB.toFixed(0),
      wall.toFixed(2),
      cpu.toFixed(2),
    ];
    lines.push(`| ${cells.join(" | ")} |`);
  }
  // Where calls are compared, nobody reads headers alone.
  if (results.some((result) => result.name === Weir.headers)) lines.push("", perPacket(comparison));
  for (const { name, reason } of absent) lines.push(`not measured: ${name} (${reason})`);
  return lines.join("\n");
}

/** The goals, as Markdown. */
export function formatGoals(goals: readonly Goal[]): string {
  const lines = ["## Goals", "", "| goal | reached | |", "| --- | --- | --- |"];
  for (const { goal, reached, isReached } of goals) {
    lines.push(`| ${goal} | ${reached} | ${isReached === undefined ? "not judged" : isReached ? "yes" : "no"} |`);
  }
  return lines.join("\n");
}

/** All of it for programs. */
export function formatJson(comparisons: readonly Comparison[], goals: readonly Goal[]): string {
  const withRatios = comparisons.map((comparison) => ({
    ...comparison,
    results: comparison.results.map((result) => ({ ...result, ratios: ratiosOf(result, comparison) })),
  }));
  return JSON.stringify({ machine: describeMachine(), comparisons: withRatios, goals }, undefined, 2);
}

/** What the stages cost, as differences of CPU times. */
function perPacket({ results, packets }: Comparison): string {
  const cpuNs = (wanted: string) => ((results.find(({ name }) => name === wanted)?.cpuS ?? Number.NaN) / packets) * 1e9;
  const headers = cpuNs(Weir.headers);
  const health = cpuNs(Weir.health) - headers;
  const calls = cpuNs(Weir.whole) - headers - health;
  const [a, b, c] = [headers, health, calls].map((ns) => ns.toFixed(0));
  return `CPU of Weir per packet: reading and headers ${a} ns, health ${b} ns, calls and the page ${c} ns`;
}

function mib(bytes: number): number {
  return bytes / 2 ** 20;
}

import { formatDurationNs, formatRatio } from "@weir/base";
import type { AgentView, ControlRule } from "@weir/http-contract";
import { edgeText } from "../control/rules.ts";

const NS_PER_S = 1e9;
const MS_PER_S = 1e3;

/** Agents as lines: which, how it follows what version is wanted, and why it does not take it. */
export function agentsText(agents: readonly AgentView[], wanted: number): string {
  if (agents.length === 0) return "no agent has reported\n";
  return agents.map((agent) => `${agent.agentId}  ${stateText(agent, wanted)}${cpuText(agent)}\n`).join("");
}

/** What it uses of its host's processors, in the last minute, and which of its parts uses how much. */
function cpuText({ isConnected, cpuParts }: AgentView): string {
  if (!isConnected || cpuParts.length === 0) return "";
  const sum = cpuParts.reduce((total, { lastMinuteRatio }) => total + lastMinuteRatio, 0);
  const parts = cpuParts.map(({ part, lastMinuteRatio }) => `${part} ${formatRatio(lastMinuteRatio)}`).join(", ");
  return `, CPU ${formatRatio(sum)} (${parts})`;
}

function stateText({ isConnected, control }: AgentView, wanted: number): string {
  const words = isConnected ? [] : ["silent"];
  if (control === undefined || !control.isAllowed) return [...words, "as started"].join(", ");
  const { version, refused, rules } = control;
  words.push(version === undefined ? "as started" : `version ${version}`);
  if (version !== wanted) words.push(`version ${wanted} is wanted`);
  if (refused !== undefined) words.push(`not taken: ${refused.why}`);
  if (rules.length > 0) words.push(`temporary rules: ${rules.length}`);
  return words.join(", ");
}

/** Temporary rules as lines: which, what, of which edge, and for how long still. */
export function rulesText(rules: readonly ControlRule[], nowMs: number): string {
  if (rules.length === 0) return "nothing is on for a while\n";
  return rules
    .map(({ ruleId, kind, edge, untilUnixMs, by }) => {
      const seconds = Math.max(0, Math.ceil((untilUnixMs - nowMs) / MS_PER_S));
      return `${ruleId}  ${kind} of ${edgeText(edge)}, ${formatDurationNs(seconds * NS_PER_S)} left, asked for by ${by}\n`;
    })
    .join("");
}

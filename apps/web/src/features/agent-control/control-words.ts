import { formatCount, formatDurationNs } from "@weir/base";
import type { AgentSettings, ControlRule, ControlState, Edge } from "@weir/http-contract";

const NS_PER_S = 1e9;
const MS_PER_S = 1e3;

const KINDS: Readonly<Record<ControlRule["kind"], string>> = {
  bodies: "keep bodies",
  sampling: "read every connection whole",
};

/** What a temporary rule does, in words. */
export function kindWords(kind: ControlRule["kind"]): string {
  return KINDS[kind];
}

/** An edge as a rule names it: `web → orders:80`, `any → orders`. */
export function edgeWords({ clientService = "any", serverService = "any", serverPort }: Edge): string {
  return `${clientService} → ${serverService}${serverPort === undefined ? "" : `:${serverPort}`}`;
}

/** How long something goes on: `9 m 30 s`, in whole seconds. */
export function leftWords(untilUnixMs: number, nowMs: number): string {
  const seconds = Math.max(0, Math.ceil((untilUnixMs - nowMs) / MS_PER_S));
  return seconds === 0 ? "ending" : `${formatDurationNs(seconds * NS_PER_S)} left`;
}

/** What settings change, in words, one by one. */
export function settingsWords({
  filter,
  snapBytes,
  sampleOneOf,
  bodies,
  abilities,
  masking,
}: AgentSettings): readonly string[] {
  const masked = masking === undefined ? 0 : Object.values(masking).reduce((sum, names) => sum + names.length, 0);
  return [
    ...(filter === undefined ? [] : [`only ${filter}`]),
    ...(snapBytes === undefined ? [] : [`${formatCount(snapBytes)} bytes of a packet`]),
    ...(sampleOneOf === undefined || sampleOneOf === 1 ? [] : [`one of ${formatCount(sampleOneOf)} connections`]),
    ...(bodies === undefined ? [] : [bodies ? "keeps bodies" : "keeps no bodies"]),
    ...Object.entries(abilities ?? {}).map(([name, isOn]) => `${name} ${isOn ? "on" : "off"}`),
    ...(masked === 0 ? [] : [`masks ${formatCount(masked)} more`]),
  ];
}

/** How far an agent is with what its hub says. */
export function stateWords({ isAllowed, version }: ControlState, wanted: number): { text: string; isBehind: boolean } {
  if (!isAllowed) return { text: "as started (--no-control)", isBehind: false };
  if (version === undefined) return { text: `as started; version ${wanted} is wanted`, isBehind: true };
  if (version === wanted) return { text: `version ${version}`, isBehind: false };
  return { text: `version ${version}; ${wanted} is wanted`, isBehind: true };
}

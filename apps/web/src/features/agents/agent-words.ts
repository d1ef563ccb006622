import { formatCount, formatDurationNs, formatRatio } from "@weir/base";
import type { AgentView } from "@weir/http-contract";

const ABILITIES: Readonly<Record<string, string>> = {
  packets: "captures packets",
  filters: "filters in the kernel",
  namespaces: "sees other network namespaces",
  processes: "names processes",
  cpuProfiles: "takes profiles of what processors work on",
  offCpuProfiles: "takes profiles of what programs wait for",
  tlsPlaintext: "reads inside of TLS",
  kernelDatagrams: "hears from the kernel who sends datagrams",
  kernelDrops: "hears of drops from the kernel",
  kernelRetransmissions: "hears of retransmissions from the kernel",
  kernelSockets: "hears of sockets from the kernel",
};

/** What an agent can do, in words; the name itself where a newer agent has one that is not known here. */
export function abilityWords(name: string): string {
  return ABILITIES[name] ?? name;
}

/** What an ability has cost in the kernel, in words. */
export function costWords({
  events,
  lostEvents,
  runs,
  runNs,
}: NonNullable<AgentView["abilities"][number]["cost"]>): string {
  // Without CAP_SYS_ADMIN the kernel does not measure it.
  const time =
    runs === 0
      ? ""
      : `; ${formatDurationNs(runNs)} in the kernel, ${formatDurationNs(runNs / runs)} each of ${formatCount(runs)} times`;
  const lost = lostEvents === 0 ? "" : `; ${formatCount(lostEvents)} lost`;
  return `${formatCount(events)} events${lost}${time}`;
}

/** What a part of an agent uses of a processor, in words. */
export function cpuPartWords({ part, lastMinuteRatio }: AgentView["cpuParts"][number]): string {
  return `${part} ${formatRatio(lastMinuteRatio)}`;
}

/** What all parts of an agent use of a processor together; undefined of an agent that does not tell. */
export function cpuRatio(parts: AgentView["cpuParts"]): number | undefined {
  return parts.length === 0 ? undefined : parts.reduce((sum, { lastMinuteRatio }) => sum + lastMinuteRatio, 0);
}

/** What taking profiles has made, holds and left out, in words. */
export function profilesWords(profiles: NonNullable<AgentView["profiles"]>): string {
  const { samples, processes, binaries, functions, droppedSamples, droppedFunctions } = profiles;
  const held = `${formatCount(functions)} functions of ${formatCount(binaries)} files, ${formatCount(processes)} processes`;
  const dropped = droppedSamples + droppedFunctions;
  return `${formatCount(samples)} samples; knows ${held}${dropped === 0 ? "" : `; ${formatCount(dropped)} beyond the limits`}`;
}

/** Causes of drops that a row shows. */
const SHOWN_CAUSES = 5;

/** The causes of drops that somebody would want to hear of; what is thrown away as a routine is none. */
export function dropsShown(drops: AgentView["drops"]): AgentView["drops"] {
  return drops.filter(({ kind }) => kind !== "routine").slice(0, SHOWN_CAUSES);
}

const SHEDDING: Readonly<Record<string, string>> = {
  bodies: "overloaded: leaves out bodies",
  calls: "overloaded: leaves out calls",
  connections: "overloaded: leaves out packets of most connections",
};

/** What an agent leaves out for now, in words. */
export function sheddingWords(level: string): string {
  return SHEDDING[level] ?? `overloaded: ${level}`;
}

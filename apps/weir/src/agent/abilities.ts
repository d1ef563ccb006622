import type { Ability } from "@weir/capture";
import type { AgentSettings } from "@weir/http-contract";
import { KERNEL_ABILITIES, type KernelAbility, type KernelAbilityName, type KernelCost } from "@weir/kernel";

/** Something that the agent can do here or not, and what it costs where that is measured. */
export type AgentAbility = (Ability | KernelAbility) & { readonly cost?: AbilityCost | undefined };

/** What an ability has cost so far. */
export type AbilityCost = Omit<KernelCost, "name">;

/** What each ability is, for people: "can …". */
export const ABILITY_MEANINGS: Readonly<Record<AgentAbility["name"], string>> = {
  packets: "capture packets",
  filters: "filter them in the kernel",
  namespaces: "look into other network namespaces",
  processes: "name the processes behind connections",
  kernelDatagrams: "hear from the kernel who sends datagrams (DNS by process)",
  kernelRetransmissions: "hear from the kernel what it sends again",
  kernelDrops: "hear from the kernel what it drops, and why",
  tlsPlaintext: "read what processes write and read inside of TLS",
  cpuProfiles: "take profiles of what processors work on",
  offCpuProfiles: "take profiles of what programs wait for",
  kernelSockets: "hear from the kernel who opens, serves and loses connections",
};

/** Options that turn the kernel's abilities off or on. */
export interface KernelChoices {
  /** False reads headers only (`--no-calls`). */
  readonly calls: boolean;
  readonly kernel: boolean;
  readonly kernelSockets: boolean;
  readonly kernelDatagrams: boolean;
  readonly kernelRetransmissions: boolean;
  readonly kernelDrops: boolean;
  /** Off unless it is asked for: it reads what processes meant to keep secret from the network. */
  readonly tlsPlaintext?: boolean;
  /** Off unless asked for: what it costs is in the status. */
  readonly profile?: boolean;
  readonly profileOffCpu?: boolean;
  /** False looks for no processes: nobody asks then what the kernel tells of sockets. */
  readonly processes: boolean;
}

/** The kernel's abilities that are asked for, by who started the agent and by its hub. What it was started without stays off. */
export function wantedKernelAbilities(
  choices: KernelChoices,
  told: NonNullable<AgentSettings["abilities"]>,
): KernelAbilityName[] {
  if (!choices.kernel) return [];
  const started = { ...choices, cpuProfiles: choices.profile, offCpuProfiles: choices.profileOffCpu };
  const isOn = (name: KernelAbilityName) => started[name] !== false && (told[name] ?? started[name] === true);
  const choice: Readonly<Record<KernelAbilityName, boolean>> = {
    kernelSockets: isOn("kernelSockets") && choices.processes,
    kernelDatagrams: isOn("kernelDatagrams") && choices.processes,
    kernelRetransmissions: isOn("kernelRetransmissions"),
    kernelDrops: isOn("kernelDrops"),
    tlsPlaintext: isOn("tlsPlaintext") && choices.calls,
    cpuProfiles: isOn("cpuProfiles"),
    offCpuProfiles: isOn("offCpuProfiles"),
  };
  return KERNEL_ABILITIES.filter((name) => choice[name]);
}

/** The same with what they have cost. */
export function withCosts(abilities: readonly AgentAbility[], costs: readonly KernelCost[]): AgentAbility[] {
  return abilities.map((ability) => {
    const found = costs.find(({ name }) => name === ability.name);
    if (found === undefined) return ability;
    const { name: _name, ...cost } = found;
    return { ...ability, cost };
  });
}

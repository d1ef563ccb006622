import type { Ground } from "@weir/capture";
import { ABILITY_MEANINGS, type AgentAbility } from "./abilities.ts";

/** What the agent can and cannot do here, one ability per line, for people. */
export function describeAbilities(
  { kernel, isRoot, capabilities, hasBtf, hasLibbpf }: Ground,
  abilities: readonly AgentAbility[],
): string {
  const user = isRoot ? "root" : "not root";
  const rights = capabilities.length === 0 ? "none of the capabilities that matter" : capabilities.join(" ");
  const lines = abilities.map(
    ({ name, has, why }) => `  ${has ? "can   " : "cannot"} ${ABILITY_MEANINGS[name]}: ${why}`,
  );
  const types = `kernel type information (BTF) ${hasBtf ? "there" : "missing"}, libbpf ${hasLibbpf ? "there" : "missing"}`;
  return [`weir agent on Linux ${kernel}, ${user}, ${rights}; ${types}`, ...lines].join("\n");
}

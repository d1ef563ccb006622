import type { Ability, Ground } from "@weir/capture";

const MEANINGS: Readonly<Record<Ability["name"], string>> = {
  packets: "capture packets",
  filters: "filter them in the kernel",
  namespaces: "look into other network namespaces",
  processes: "name the processes behind connections",
};

/** What the agent can and cannot do here, one ability per line, for people. */
export function describeAbilities(
  { kernel, isRoot, capabilities, hasBtf, hasLibbpf }: Ground,
  abilities: readonly Ability[],
): string {
  const user = isRoot ? "root" : "not root";
  const rights = capabilities.length === 0 ? "none of the capabilities that matter" : capabilities.join(" ");
  const lines = abilities.map(({ name, has, why }) => `  ${has ? "can   " : "cannot"} ${MEANINGS[name]}: ${why}`);
  const types = `kernel type information (BTF) ${hasBtf ? "there" : "missing"}, libbpf ${hasLibbpf ? "there" : "missing"}`;
  return [`weir agent on Linux ${kernel}, ${user}, ${rights}; ${types}`, ...lines].join("\n");
}

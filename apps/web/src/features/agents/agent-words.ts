const ABILITIES: Readonly<Record<string, string>> = {
  packets: "captures packets",
  filters: "filters in the kernel",
  namespaces: "sees other network namespaces",
  processes: "names processes",
};

/** What an agent can do, in words; the name itself where a newer agent has one that is not known here. */
export function abilityWords(name: string): string {
  return ABILITIES[name] ?? name;
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

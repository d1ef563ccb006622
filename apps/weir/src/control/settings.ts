import type { AgentConfig, AgentSettings } from "@weir/http-contract";

/** What one agent shall do: what all do, and over it what is said for this one. Maskings add up, so that nobody masks less than all do. */
export function settingsOf(config: AgentConfig, agentId: string): AgentSettings {
  const { agents, ...all } = config;
  const own: AgentSettings = Object.hasOwn(agents, agentId) ? (agents[agentId] ?? {}) : {};
  const abilities = { ...all.abilities, ...own.abilities };
  const masking = joined(all.masking, own.masking);
  return {
    ...all,
    ...own,
    ...(Object.keys(abilities).length > 0 && { abilities }),
    ...(masking !== undefined && { masking }),
  };
}

type Masking = NonNullable<AgentSettings["masking"]>;

function joined(all: Masking | undefined, own: Masking | undefined): Masking | undefined {
  if (all === undefined || own === undefined) return own ?? all;
  return {
    headers: [...all.headers, ...own.headers],
    attributes: [...all.attributes, ...own.attributes],
    patterns: [...all.patterns, ...own.patterns],
  };
}

import { readFile } from "node:fs/promises";
import { WeirError } from "@weir/base";
import { type AgentConfig, agentConfigSchema, CONTROLLED_ABILITIES } from "@weir/http-contract";
import { nearest } from "@weir/query";
import type { z } from "zod";

const FORM = 'It is a JSON object such as {"sampleOneOf": 10, "agents": {"node-1": {"bodies": true}}}; docs/agents.md';

/** Reads the file of `--agent-config`: what all agents shall do. Throws CONFIG_INVALID for what it does not know. */
export async function readAgentConfigFile(path: string): Promise<AgentConfig> {
  const text = await readFile(path, "utf8").catch((cause: Error) => {
    throw new WeirError("CONFIG_INVALID", `${path} cannot be read: ${cause.message}`, "Check the path", { cause });
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new WeirError("CONFIG_INVALID", `${path} is not JSON: ${(cause as Error).message}`, FORM, { cause });
  }
  return checkAgentConfig(json, path);
}

/** The configuration that a JSON value is; `name` says where it stands. Throws CONFIG_INVALID with the place, and the word that was meant. */
export function checkAgentConfig(json: unknown, name: string): AgentConfig {
  const parsed = agentConfigSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const { place, message, meant } = wordsOf(issue);
  throw new WeirError(
    "CONFIG_INVALID",
    `${name} is no configuration of agents: ${place}${message}`,
    meant === undefined ? FORM : `Did you mean "${meant}"?`,
  );
}

interface Words {
  readonly place: string;
  readonly message: string;
  readonly meant?: string | undefined;
}

function wordsOf(issue: z.core.$ZodIssue | undefined): Words {
  if (issue === undefined) return { place: "", message: "it has another form" };
  const place = issue.path.length === 0 ? "" : `${issue.path.join(".")}: `;
  const unknown = unknownName(issue);
  if (unknown === undefined) return { place, message: issue.message };
  const known = issue.path.at(-1) === "abilities" ? CONTROLLED_ABILITIES : knownKeys(issue.path);
  return { place, message: `there is no "${unknown}"`, meant: nearest(unknown, known) };
}

function unknownName(issue: z.core.$ZodIssue): string | undefined {
  return issue.code === "unrecognized_keys" ? issue.keys[0] : undefined;
}

/** The names that may stand at a place. */
function knownKeys(path: readonly PropertyKey[]): readonly string[] {
  const { shape } = agentConfigSchema;
  if (path.at(-1) === "masking") return ["headers", "attributes", "patterns"];
  return Object.keys(shape).filter((key) => path.length === 0 || key !== "agents");
}

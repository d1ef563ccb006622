import type { AgentView, ControlRule, ControlView } from "@weir/http-contract";
import { Command } from "commander";
import { readAgentConfigFile } from "../control/agent-config.ts";
import { askHub, DEFAULT_HUB, hubAddress, postToHub } from "../hub-client.ts";
import { agentsText, rulesText } from "./agents-text.ts";

const EXAMPLES = `
Examples:
  weir agents list                                     which agents there are, and what each does of what it is told
  weir agents config get > agents.json                 what all agents are told to do
  weir agents config set agents.json                   tell them something else, without a restart (docs/agents.md)
  weir agents bodies --client web --server orders --port 80 --minutes 10
                                                       keep bodies of this edge's calls; it ends by itself
  weir agents sampling --server payments               read all of its connections, whatever is sampled
  weir agents rules                                    what is on for a while, and for how long
  weir agents end 3f2a…                                end it now

A hub that asks who you are takes the token in the environment variable WEIR_TOKEN.
`;

interface HubOption {
  readonly hub: string;
}

interface RuleOptions extends HubOption {
  readonly client?: string;
  readonly server?: string;
  readonly port?: string;
  readonly minutes: string;
}

/** The command `weir agents`. */
export function agentsCommand(): Command {
  const command = new Command("agents")
    .description("See what a hub's agents do, and tell them what to do.")
    .addHelpText("after", EXAMPLES);
  const config = new Command("config").description("What all agents are told to do.");
  withHub(config.command("get").description("print it as JSON")).action(printConfig);
  withHub(config.command("set").description("take it from a file of JSON").argument("<file>")).action(setConfig);
  command.addCommand(config);
  withHub(command.command("list").description("which agents there are, and how each follows")).action(listAgents);
  withHub(command.command("rules").description("what is on for a while")).action(listRules);
  withHub(command.command("end").description("end a temporary rule").argument("<rule>")).action(endRule);
  ruleCommand(command, "bodies", "keep the beginnings of bodies of one edge's calls for some minutes");
  ruleCommand(command, "sampling", "read all connections of one edge for some minutes");
  return command;
}

function withHub(command: Command): Command {
  return command.option("--hub <url>", "the hub that is asked", DEFAULT_HUB);
}

function ruleCommand(parent: Command, kind: ControlRule["kind"], description: string): void {
  withHub(parent.command(kind).description(description))
    .option("--client <name>", "the client's service or address (default: any)")
    .option("--server <name>", "the server's service or address (default: any)")
    .option("--port <number>", "the server's port (default: any)")
    .option("--minutes <number>", "after so long it ends by itself", "10")
    .action(async ({ hub, client, server, port, minutes }: RuleOptions) => {
      const edge = { clientService: client, serverService: server, ...(port && { serverPort: Number(port) }) };
      const body = { kind, edge, minutes: Number(minutes) };
      const rule = (await postToHub(hubAddress(hub), "/api/agents/rules", body)) as ControlRule;
      process.stdout.write(rulesText([rule], Date.now()));
    });
}

async function printConfig({ hub }: HubOption): Promise<void> {
  const { config } = await viewOf(hub);
  process.stdout.write(`${JSON.stringify(config, undefined, 2)}\n`);
}

async function setConfig(file: string, { hub }: HubOption): Promise<void> {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify(await readAgentConfigFile(file));
  const view = (await askHub(hubAddress(hub), "/api/agents/config", { method: "PUT", headers, body })) as ControlView;
  process.stdout.write(`version ${view.version}\n`);
}

async function listAgents({ hub }: HubOption): Promise<void> {
  const { items } = (await askHub(hubAddress(hub), "/api/agents")) as { readonly items: readonly AgentView[] };
  process.stdout.write(agentsText(items, (await viewOf(hub)).version));
}

async function listRules({ hub }: HubOption): Promise<void> {
  process.stdout.write(rulesText((await viewOf(hub)).rules, Date.now()));
}

async function endRule(ruleId: string, { hub }: HubOption): Promise<void> {
  await askHub(hubAddress(hub), `/api/agents/rules/${encodeURIComponent(ruleId)}`, { method: "DELETE" });
}

async function viewOf(hub: string): Promise<ControlView> {
  return (await askHub(hubAddress(hub), "/api/agents/config")) as ControlView;
}

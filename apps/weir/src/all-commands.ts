import type { Command } from "commander";
import { agentCommand } from "./agent/command.ts";
import { agentsCommand } from "./agents/command.ts";
import { exportCommand } from "./export/command.ts";
import { hubCommand } from "./hub-command.ts";
import { joinCommand } from "./join/command.ts";
import { mcpCommand } from "./mcp/command.ts";
import { queryCommand } from "./query/command.ts";
import { readCommand } from "./read/command.ts";
import { tokenCommand } from "./token-command.ts";

/** All commands of the program. */
export function allCommands(): Command[] {
  return [
    readCommand(),
    hubCommand(),
    agentCommand(),
    agentsCommand(),
    queryCommand(),
    joinCommand(),
    exportCommand(),
    mcpCommand(),
    tokenCommand(),
  ];
}

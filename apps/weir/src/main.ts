import { Command } from "commander";
import { agentCommand } from "./agent/command.ts";
import { agentsCommand } from "./agents/command.ts";
import { exportCommand } from "./export/command.ts";
import { reportFailure } from "./failure.ts";
import { hubCommand } from "./hub-command.ts";
import { mcpCommand } from "./mcp/command.ts";
import { queryCommand } from "./query/command.ts";
import { readCommand } from "./read/command.ts";
import { tokenCommand } from "./token-command.ts";
import { VERSION } from "./version.ts";

const program = new Command("weir")
  .description(
    "Reads the network and says which conversation is broken, why, and what to do, with the packets to prove it.",
  )
  .version(VERSION)
  .showHelpAfterError("(weir --help shows what there is)")
  .addCommand(readCommand())
  .addCommand(hubCommand())
  .addCommand(agentCommand())
  .addCommand(agentsCommand())
  .addCommand(queryCommand())
  .addCommand(exportCommand())
  .addCommand(mcpCommand())
  .addCommand(tokenCommand());

// Whoever reads our output may have seen enough (`| head`): that is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

program.parseAsync().catch((error: unknown) => {
  process.exitCode = reportFailure(error);
});

import { setFlagsFromString } from "node:v8";
import { Command } from "commander";
import { reportFailure } from "./failure.ts";
import { VERSION } from "./version.ts";

// V8 guesses from the first records of a kind whether later ones will stay, and then puts all of them, and what they hold, where only a full collection
// clears them. Calls that wait for their acknowledgement mislead it: memory doubles, and half of the time is spent copying what is dead.
setFlagsFromString("--no-allocation-site-pretenuring");

const program = new Command("weir")
  .description(
    "Reads the network and says which conversation is broken, why, and what to do, with the packets to prove it.",
  )
  .version(VERSION)
  .showHelpAfterError("(weir --help shows what there is)");
for (const command of await commandsFor(process.argv[2])) program.addCommand(command);

// Whoever reads our output may have seen enough (`| head`): that is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

program.parseAsync().catch((error: unknown) => {
  process.exitCode = reportFailure(error);
});

/**
 * The command that is asked for, or all. What an agent loads stays in memory, and `weir read` of a small capture takes as long as it takes to load: they
 * load what is their own.
 */
async function commandsFor(name: string | undefined): Promise<Command[]> {
  switch (name) {
    case "agent":
      return [(await import("./agent/command.ts")).agentCommand()];
    case "read":
      return [(await import("./read/command.ts")).readCommand()];
    default:
      return (await import("./all-commands.ts")).allCommands();
  }
}

import { Command, Option } from "commander";
import { ROLES, type Role } from "./hub/doors/rights.ts";
import { newToken } from "./hub/doors/tokens.ts";

const EXAMPLES = `
Examples:
  weir token --name ci --role viewer          a token for a program that reads
  weir token --name anna --role editor --payloads
  weir token --name node-7 --role agent --expires 2027-01-01T00:00:00Z
`;

/** The command `weir token`. */
export function tokenCommand(): Command {
  return new Command("token")
    .description("Make a token for a hub that asks who you are, and its line for the hub's access file.")
    .requiredOption("--name <name>", "whose it is, as the audit shall name them")
    .addOption(new Option("--role <role>", "what they may do").choices(ROLES).default("viewer"))
    .option("--payloads", "let them read headers and bodies of calls, and packets")
    .option("--expires <time>", "until when it is valid, RFC 3339")
    .addHelpText("after", EXAMPLES)
    .action(({ name, role, payloads, expires }: { name: string; role: Role; payloads?: true; expires?: string }) => {
      const { token, sha256 } = newToken();
      const line = { name, role, sha256, ...(payloads && { payloads }), ...(expires !== undefined && { expires }) };
      process.stdout.write(`${token}\n`);
      process.stderr.write(
        `\nThe token is shown this once. This goes into "tokens" of the file of weir hub --access:\n\n${JSON.stringify(line)}\n`,
      );
    });
}

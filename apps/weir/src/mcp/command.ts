import { Command } from "commander";
import { DEFAULT_HUB, hubAddress } from "../hub-client.ts";

const HELP = `
For a client that starts MCP servers by a command:
  {"command": "weir", "args": ["mcp", "--hub", "${DEFAULT_HUB}"]}

It reads and never changes anything. Its tools ask the hub's HTTP API, with its filters, limits and grades.
`;

/** The command `weir mcp`: standard input and output belong to the protocol. */
export function mcpCommand(): Command {
  return new Command("mcp")
    .description("Serve a hub's records to assistants: a Model Context Protocol server on standard input and output.")
    .option("--hub <url>", "the hub that is asked", DEFAULT_HUB)
    .addHelpText("after", HELP)
    .action(async ({ hub }: { readonly hub: string }) => {
      // Only who needs it waits for the SDK to load.
      const { serveMcp } = await import("./server.ts");
      await serveMcp(hubAddress(hub));
    });
}

// The protocol's own SDK: it follows the specification, and clients test against it.
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { WeirError } from "@weir/base";
import { HubRefusal } from "../hub-client.ts";
import { VERSION } from "../version.ts";
import { HUB_TOOLS, type HubTool } from "./tools.ts";

const INSTRUCTIONS = `Weir has read network traffic: connections with their TCP health, calls (requests with their responses), retries, and findings with evidence.
Begin with list_findings and list_records. list_fields says what filters (CEL) and questions can name. query computes; get_finding, get_connection, get_call and get_packets fetch evidence.
Every number has a grade: where an answer is not graded whole, its warnings say why, and what is said about it must say so too. Times are UTC, durations nanoseconds (…Ns).`;

/** Serves a hub on standard input and output; returns when it listens. */
export async function serveMcp(hub: URL): Promise<void> {
  await createMcpServer(hub).connect(new StdioServerTransport());
}

/** An MCP server whose tools ask one hub. */
function createMcpServer(hub: URL): McpServer {
  const server = new McpServer({ name: "weir", version: VERSION }, { instructions: INSTRUCTIONS });
  for (const tool of HUB_TOOLS) register(server, tool, hub);
  return server;
}

function register(server: McpServer, { name, title, description, input, run }: HubTool, hub: URL): void {
  const annotations = { readOnlyHint: true, openWorldHint: false };
  server.registerTool(name, { title, description, inputSchema: input, annotations }, async (args) => {
    try {
      return textResult(await run(hub, args as Record<string, unknown>));
    } catch (error) {
      if (error instanceof WeirError) return { ...textResult(failureText(error)), isError: true };
      throw error;
    }
  });
}

function textResult(text: string): CallToolResult {
  return { content: [{ type: "text", text }] };
}

/** What went wrong and what to do, also where in the filter. */
function failureText(error: WeirError): string {
  if (error instanceof HubRefusal) return JSON.stringify(error.problem);
  return JSON.stringify({ code: error.code, message: error.message, hint: error.hint });
}

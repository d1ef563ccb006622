import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningHub, runHub } from "../running-hub.ts";

const weir = fileURLToPath(new URL("../../apps/weir/bin/weir.js", import.meta.url));

/** Walks as an assistant would: what is wrong, what there is, a question, the evidence. */
describe("a hub, asked over the Model Context Protocol", () => {
  const folder = mkdtempSync(join(tmpdir(), "weir-mcp-"));
  const client = new Client({ name: "test", version: "0" });
  let hub: RunningHub;
  const call = async (name: string, args: Record<string, unknown> = {}) => {
    const { content, isError } = await client.callTool({ name, arguments: args });
    const [first] = content as readonly { readonly text: string }[];
    return { text: first?.text ?? "", isError };
  };
  const read = async (name: string, args?: Record<string, unknown>) => JSON.parse((await call(name, args)).text);

  beforeAll(async () => {
    hub = await runHub(join(folder, "data"), "--demo");
    const command = process.execPath;
    await client.connect(new StdioClientTransport({ command, args: [weir, "mcp", "--hub", hub.url] }));
  });

  afterAll(async () => {
    await client.close();
    await hub?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("lists its tools, all of which only read", async () => {
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual([
      "list_records",
      "list_fields",
      "query",
      "list_findings",
      "get_finding",
      "get_connection",
      "get_call",
      "get_packets",
    ]);
    expect(tools.every(({ annotations }) => annotations?.readOnlyHint)).toBe(true);
  });

  it("says what there is, and by which names", async () => {
    const { records, captures } = await read("list_records");
    expect(captures).toHaveLength(5);
    expect(records).toContainEqual(
      expect.objectContaining({ record: "call", count: expect.any(Number), grade: "whole" }),
    );
    const fields = await read("list_fields", { record: "connection", search: "zero window" });
    expect(fields).toContainEqual(expect.objectContaining({ name: "tcp.serverZeroWindows" }));
  });

  it("answers questions, and says what is wrong with one", async () => {
    const { rows } = await read("query", {
      record: "call",
      groupBy: ["server.service"],
      measures: ["ratio(call.status != 'ok')"],
      limit: 3,
    });
    expect(rows.map(([name]: [string]) => name)).toContain("payments");
    const wrong = await call("query", { record: "call", filter: "call.statuss == 'ok'" });
    expect(wrong.isError).toBe(true);
    expect(JSON.parse(wrong.text)).toMatchObject({ part: "filter", suggestion: "call.status" });
  });

  it("leads from a finding to its packets", async () => {
    const { items } = await read("list_findings", { limit: 1 });
    const finding = await read("get_finding", { findingId: items[0].findingId });
    expect(finding.title).toMatch(/payments.*is not reading/);
    const [connectionId] = finding.evidence.connectionIds;
    const { connection, verdicts } = await read("get_connection", { connectionId });
    expect(connection.serverZeroWindows).toBeGreaterThan(0);
    expect(verdicts).toHaveLength(3);
    const { text } = await call("get_packets", { connectionId, limit: 5 });
    expect(text).toMatch(/→\s+SYN\b.*\n.*←\s+SYN ACK/);
    expect(text).toContain("the first 5 packets");
  });

  it("shows a call, and says when there is none", async () => {
    const { rows } = await read("query", { record: "call", fields: ["call.callId"], limit: 1 });
    expect(await read("get_call", { callId: rows[0][0] })).toMatchObject({ callId: rows[0][0] });
    expect(await call("get_call", { callId: "none" })).toMatchObject({ isError: true });
  });
});

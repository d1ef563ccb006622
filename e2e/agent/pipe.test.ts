import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { failedCall } from "../cli/weir-read.ts";
import { AgentProcess } from "./agent-process.ts";

describe("weir agent --read -", () => {
  it("needs no rights: reads packets that somebody else captures", async () => {
    const agent = await AgentProcess.start(["--read", "-"], Readable.from([failedCall().toPcap()]));
    const live = await agent.end();
    expect(live.map(({ kind, report }) => report ?? kind)).toEqual(
      expect.arrayContaining(["start", "end", "call", "capture"]),
    );
    expect(live.find(({ protocol, kind }) => kind === "call" && protocol === "http")).toMatchObject({
      statusCode: "503",
    });
  });
});

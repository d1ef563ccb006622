import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AgentProcess } from "../agent/agent-process.ts";
import { failedCall, temporaryFolder } from "../cli/weir-read.ts";
import { type RunningHub, runHub } from "../running-hub.ts";
import { launchBrowser } from "./chromium.ts";

/** What agents do, seen and changed where people look. */
describe("agents, in a real browser", () => {
  const { folder } = temporaryFolder();
  let hub: RunningHub;
  let browser: Browser;
  let page: Page;
  const rules = () => page.getByTestId("agent-rule");
  const startAgent = (stdin: Readable) =>
    AgentProcess.start(
      ["--hub", hub.url, "--spool", join(folder, "spool"), "--agent-id", "node-1", "--read", "-"],
      stdin,
    );

  beforeAll(async () => {
    hub = await runHub(join(folder, "data"));
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  });
  afterAll(async () => {
    await browser?.close();
    await hub?.stop();
  });

  it("keep bodies of an edge for some minutes: asked for on the map, seen on the page Agents, ended there", async () => {
    await (await startAgent(Readable.from([failedCall().toPcap()]))).end();
    // A pipe in which nothing comes: the agent only follows its hub.
    await startAgent(new PassThrough());
    const edge = 'client.service == "10.0.0.1" && server.service == "orders" && server.port == 80';
    await page.goto(`${hub.url}/?filter=${encodeURIComponent(edge)}`);
    await page.getByRole("button", { name: "keep bodies" }).click();
    await rules().filter({ hasText: "10.0.0.1 → orders:80 keep bodies" }).waitFor();
    expect(await page.getByRole("button", { name: "keep bodies" }).count()).toBe(0);

    await page.goto(`${hub.url}/agents`);
    const state = page.getByTestId("agent-control-state");
    await state.filter({ hasText: "version 2" }).filter({ hasText: "temporary rules: 1" }).waitFor();
    await rules().getByText("left").waitFor();
    await rules().getByRole("button", { name: "End now" }).click();
    await rules().waitFor({ state: "detached" });

    await page.getByLabel("to", { exact: true }).fill("10.0.0.2");
    await page.getByLabel("What is done").selectOption("sampling");
    await page.getByRole("button", { name: "Begin" }).click();
    await rules().filter({ hasText: "any → 10.0.0.2 read every connection whole" }).waitFor();
    await state.filter({ hasText: "version 4" }).waitFor();
  });

  it("say why they do not do what they are told", async () => {
    await startAgent(new PassThrough());
    const masking = { headers: [], attributes: [], patterns: ["(a"] };
    const body = JSON.stringify({ masking });
    const headers = { "content-type": "application/json" };
    await fetch(`${hub.url}/api/agents/config`, { method: "PUT", headers, body });
    await page.goto(`${hub.url}/agents`);
    await page.getByTestId("agent-control-state").filter({ hasText: "version 5 not taken" }).waitFor();
    expect(await page.getByTestId("agent-control").textContent()).toContain("Configuration version 5");
  });
});

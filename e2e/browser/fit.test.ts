import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningHub, runHub } from "../running-hub.ts";
import { launchBrowser } from "./chromium.ts";

/** The recorded incident: how its spans fit its packets, all traces together. */
describe("spans and packets in the console", () => {
  const folder = mkdtempSync(join(tmpdir(), "weir-fit-"));
  let hub: RunningHub;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    hub = await runHub(join(folder, "data"), "--demo");
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await hub?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("show edges as bars of what fits, with what does not, and lead to a trace", async () => {
    await page.goto(`${hub.url}/traces`);
    await page.getByText("How they fit the packets").click();
    const payments = page.getByTestId("fit-edge").filter({ hasText: "orders → payments" });
    await payments.waitFor({ timeout: 30_000 });
    expect(await payments.textContent()).toContain("contradict the packets: outcome");
    expect(await page.getByLabel("services").textContent()).toContain("gateway");
    await page.getByLabel("Findings", { exact: true }).getByText("inventory is not instrumented").waitFor();
    await payments.getByText("trace 1").click();
    await page.getByTestId("span-row").first().waitFor();
  }, 60_000);
});

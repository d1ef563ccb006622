import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pprofOf } from "../hub/profiles.ts";
import { receiverAddress } from "../hub/telemetry.ts";
import { type RunningHub, runHub } from "../running-hub.ts";
import { launchBrowser } from "./chromium.ts";

/** A profile that was uploaded, looked at by keyboard. */
describe("profiles in the console", () => {
  const folder = mkdtempSync(join(tmpdir(), "weir-flame-"));
  let hub: RunningHub;
  let browser: Browser;
  let page: Page;
  const boxes = () => page.getByTestId("flame-box").allTextContents();
  const detail = () => page.getByTestId("flame-detail").textContent();

  beforeAll(async () => {
    hub = await runHub(join(folder, "data"), "--free-receiver-ports");
    const stacks = { "main;handle;query": 6e9, "main;handle;render": 3e9, "main;gc": 1e9 };
    const ingest = `http://${await receiverAddress(hub.url, "pyroscope")}/ingest?format=pprof&name=orders`;
    await fetch(ingest, { method: "POST", body: pprofOf(stacks) as Uint8Array<ArrayBuffer> });
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(`${hub.url}/profiles`);
    await page.getByTestId("flame-box").first().waitFor();
  });

  afterAll(async () => {
    await browser?.close();
    await hub?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("are flame graphs: functions below those that called them, as wide as their share", async () => {
    expect(await boxes()).toEqual(["main", "gc", "handle", "query", "render"]);
    expect(await page.getByLabel("Of what").locator("option").allTextContents()).toEqual(["orders: cpu"]);
    const [main, query] = await Promise.all(
      ["main", "query"].map((name) => page.getByRole("treeitem", { name }).boundingBox()),
    );
    expect((query?.width ?? 0) / (main?.width ?? 1)).toBeCloseTo(0.6, 1);
    expect(query?.y).toBeGreaterThan(main?.y ?? 0);
  });

  it("are walked by keys, and one function alone stands in the URL", async () => {
    await page.getByRole("treeitem", { name: "main" }).focus();
    await page.keyboard.press("ArrowDown");
    expect(await detail()).toMatch(/^handle 9.00 s, 90.0 % of all; in itself 0 ns/);
    await page.keyboard.press("Enter");
    await expect.poll(boxes).toEqual(["main", "handle", "query", "render"]);
    expect(page.url()).toContain("zoom=handle");
    await page.reload();
    await page.getByTestId("flame-box").first().waitFor();
    expect(await boxes()).toEqual(["main", "handle", "query", "render"]);
    await page.getByRole("treeitem", { name: "query" }).focus();
    await page.keyboard.press("Escape");
    await expect.poll(boxes).toHaveLength(5);
    expect(page.url()).toContain("/profiles");
  });

  it("show where a function is that is looked for", async () => {
    await page.getByLabel("Find a function").fill("ren");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.locator(".flame-boxes .sought").allTextContents()).toEqual(["render"]);
  });
});

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningHub, runHub } from "../running-hub.ts";

const CHROMIUM = process.env["WEIR_CHROMIUM"] ?? "/usr/bin/chromium";
const CHROMIUM_FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A question, asked with the keyboard and the mouse: which services are slow, since when, compared with before. */
describe("Explore, in a real browser, on the demo", () => {
  const folder = mkdtempSync(join(tmpdir(), "weir-explore-"));
  let hub: RunningHub;
  let browser: Browser;
  let page: Page;
  const bars = () => page.getByTestId("explore-bar");

  beforeAll(async () => {
    hub = await runHub(join(folder, "data"), "--demo");
    browser = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_FLAGS });
    page = await browser.newPage({ viewport: { width: 1440, height: 900 }, acceptDownloads: true });
  });

  afterAll(async () => {
    await browser?.close();
    await hub?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("completes a filter with the keyboard alone: names, operators, values as the hub has them", async () => {
    await page.goto(`${hub.url}/explore`);
    const input = page.getByRole("combobox", { name: "Filter" });
    const offered = page.locator(".completion-item");
    await input.click();
    await input.pressSequentially("http.statusC");
    await offered.first().waitFor();
    await input.press("Tab");
    expect(await input.inputValue()).toBe("http.statusCode");
    await input.pressSequentially(" >= 500 && call.serverService == ");
    await offered.filter({ hasText: '"orders"' }).waitFor();
    await input.press("ArrowDown");
    await input.press("Enter");
    expect(await input.inputValue()).toMatch(/^http\.statusCode >= 500 && call\.serverService == "\w+"$/);
    await input.pressSequentially(" ");
    await offered.first().waitFor();
    await input.press("Escape");
    await offered.first().waitFor({ state: "detached" });
    expect(page.url()).toBe(`${hub.url}/explore`);
    await input.fill("");
    await input.blur();
  });

  it("shows groups as bars, and narrows to one by a click", async () => {
    await page.getByLabel("Measure", { exact: true }).selectOption("p95");
    await expect.poll(() => page.url()).toContain("measure=p95");
    // Until its answer is there, the bars are those of the question before.
    await page.locator('.explore-result[aria-busy="false"]').waitFor();
    const name = (await bars().first().locator("button").textContent()) ?? "";
    await bars().first().locator("button").click();
    await expect.poll(() => bars().count()).toBe(1);
    expect(new URL(page.url()).searchParams.get("filter")).toBe(`server.service == ${JSON.stringify(name)}`);
    await page.goBack();
  });

  it("draws lines over time, looks at the part that is drawn over, and compares it with the period before", async () => {
    await page.locator("select", { hasText: "every 1s" }).selectOption("auto");
    const plot = page.locator(".line-chart .u-over");
    await plot.waitFor();
    const box = await plot.boundingBox();
    if (box === null) throw new Error("the plot has no size");
    await page.mouse.move(box.x + box.width * 0.4, box.y + 50);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.7, box.y + 60, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => new URL(page.url()).searchParams.get("from")).toMatch(/^20\d\d-/);
    await page.getByLabel("compared with the period before").check();
    await page.locator(".u-legend", { hasText: "payments, before" }).waitFor();
  });

  it("shows the same after a reload, and hands it out as CSV", async () => {
    await page.reload();
    await page.locator(".u-legend", { hasText: "payments, before" }).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "CSV" }).click(),
    ]);
    const saved = join(folder, "answer.csv");
    await download.saveAs(saved);
    expect(readFileSync(saved, "utf8")).toMatch(/^time,server\.service,p95\(call\.durationNs\),count\(\)/);
  });

  it("marks what is wrong with a question, and offers what was meant", async () => {
    await page.goto(`${hub.url}/explore?measure=p95(call.duration)`);
    await page.getByRole("button", { name: "Use call.durationNs" }).click();
    await bars().first().waitFor();
    expect(new URL(page.url()).searchParams.get("measure")).toBe("p95(call.durationNs)");
  });
});

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { receiverAddress, sendOrder } from "../hub/telemetry.ts";
import { type RunningHub, runHub } from "../running-hub.ts";
import { launchBrowser } from "./chromium.ts";

/** A trace as an application sends it, from the list to the reason of its failure, by keyboard. */
describe("traces in the console", () => {
  const folder = mkdtempSync(join(tmpdir(), "weir-traces-"));
  let hub: RunningHub;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    hub = await runHub(join(folder, "data"), "--free-receiver-ports");
    const otlp = `http://${await receiverAddress(hub.url, "otlp-http")}`;
    const traceId = await sendOrder("orders", new OTLPTraceExporter({ url: `${otlp}/v1/traces` }));
    const record = { severityNumber: 17, severityText: "ERROR", traceId, body: { stringValue: "stock is locked" } };
    const good = { resource: { attributes: [{ key: "service.name", value: { stringValue: "orders" } }] } };
    const request = { resourceLogs: [{ ...good, scopeLogs: [{ logRecords: [record, { traceId: "12" }] }] }] };
    const headers = { "content-type": "application/json" };
    await fetch(`${otlp}/v1/logs`, { method: "POST", body: JSON.stringify(request), headers });
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  });

  afterAll(async () => {
    await browser?.close();
    await hub?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("are listed, and narrowed by service and failure in the URL", async () => {
    await page.goto(`${hub.url}/traces`);
    const row = page.getByTestId("trace-row");
    await row.first().waitFor();
    expect(await row.first().textContent()).toMatch(/orders POST \/orders.*orders2/);
    await page.getByLabel("Service").fill("nobody");
    await page.keyboard.press("Enter");
    await page.getByText("No trace matches").waitFor();
    expect(page.url()).toContain("service=nobody");
    await page.getByLabel("Service").fill("");
    await page.keyboard.press("Enter");
    await page.getByLabel("only with failures").check();
    await row.first().waitFor();
    expect(page.url()).toContain("errors=true");
  });

  it("open by keyboard as a waterfall, and a span says why it failed", async () => {
    await page.locator("body").press("j");
    await page.keyboard.press("Enter");
    const spans = page.getByTestId("span-row");
    await spans.first().waitFor();
    expect(await spans.allTextContents()).toEqual([
      expect.stringContaining("POST /orders"),
      expect.stringContaining("failed"),
    ]);
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.getByText("deadlock detected").waitFor();
    expect(page.url()).toContain("span=");
    await page.reload();
    await page.getByText("deadlock detected").waitFor();
    await page.keyboard.press("Escape");
    expect(await page.getByTestId("log-row").allTextContents()).toEqual([expect.stringContaining("stock is locked")]);
  });

  it("fold and unfold", async () => {
    await page.getByTestId("span-row").first().focus();
    await page.keyboard.press("ArrowLeft");
    await expect.poll(() => page.getByTestId("span-row").count()).toBe(1);
    expect(page.url()).toContain("folded=");
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => page.getByTestId("span-row").count()).toBe(2);
  });

  it("and what was not kept of what came in, with the reason", async () => {
    await page.getByRole("link", { name: "Receivers" }).click();
    const row = page.getByTestId("receiver-row").filter({ hasText: "OTLP over HTTP" });
    await row.waitFor();
    expect(await row.textContent()).toMatch(/2 spans.*1 log record.*1 without a valid trace id/);
  });
});

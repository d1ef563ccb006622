import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningHub, runHub } from "../running-hub.ts";
import { launchBrowser } from "./chromium.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const run = promisify(execFile);

/** The whole thread, as a person would walk it: upload a capture, read the finding, open the connection, download its packets. */
describe("the console, in a real browser, on a real hub", () => {
  const folder = mkdtempSync(join(tmpdir(), "weir-e2e-"));
  let hub: RunningHub;
  let browser: Browser;
  let page: Page;
  /** The stream that the finding names as evidence. */
  let stream = "";

  beforeAll(async () => {
    hub = await runHub(join(folder, "data"));
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 1440, height: 900 }, acceptDownloads: true });
  });

  afterAll(async () => {
    await browser?.close();
    await hub?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("uploads a capture and shows what is wrong first", async () => {
    await page.goto(hub.url);
    await page.getByTestId("upload").setInputFiles(join(root, "demo/recordings/orders.pcap.gz"));
    const first = page.getByTestId("finding").first();
    await first.waitFor({ timeout: 60_000 });
    expect(await first.textContent()).toMatch(/orders → payments\.shop\.internal:8080.*is not reading/);
  });

  it("opens the connection behind it and draws its ladder", async () => {
    const evidence = page
      .locator(".evidence")
      .getByRole("link", { name: /^tcp \d+$/ })
      .first();
    stream = (await evidence.textContent()) ?? "";
    await evidence.click();
    await page.waitForURL(/\/connections\//);
    await page.getByTestId("ladder").waitFor();
    expect(await page.locator("h1").textContent()).toContain(stream);
    expect(await page.getByTestId("ladder").textContent()).toMatch(/SYN ACK/);
  });

  it("shows the same after a reload, and goes back to the finding", async () => {
    await page.reload();
    await page.getByTestId("ladder").waitFor();
    expect(await page.locator("h1").textContent()).toContain(stream);
    await page.goBack();
    await page.getByTestId("finding").first().waitFor();
  });

  it("downloads the connection's packets as a capture file, which holds that connection and nothing else", async () => {
    await page.goForward();
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByTestId("download-packets").click()]);
    const saved = join(folder, "packets.pcapng");
    await download.saveAs(saved);
    const { stdout } = await run(process.execPath, [join(root, "apps/weir/bin/weir.js"), "read", "--json", saved]);
    const connections = stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as { kind: string; serverAddress: string; completeness: number })
      .filter(({ kind }) => kind === "connection");
    expect(connections).toHaveLength(1);
    expect(connections[0]).toMatchObject({ serverAddress: "10.77.0.6", serverPort: 8080 });
  });
});

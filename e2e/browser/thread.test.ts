import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningHub, runHub } from "../running-hub.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
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

/** The whole thread, as a person would walk it: upload a capture, read the finding, open the connection, download its packets. */
describe("the console, in a real browser, on a real hub", () => {
  const folder = mkdtempSync(join(tmpdir(), "weir-e2e-"));
  let hub: RunningHub;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    hub = await runHub(join(folder, "data"));
    browser = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_FLAGS });
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
    expect(await first.textContent()).toMatch(/10\.\d+\.\d+\.\d+|payments/);
  });

  it("opens the connection behind it and draws its ladder", async () => {
    await page.goto(
      `${hub.url}/?filter=${encodeURIComponent("tcp.serverZeroWindows > 0 || tcp.retransmissionRatio > 0.01")}`,
    );
    await page.getByTestId("connection-row").first().click();
    await page.waitForURL(/\/connections\//);
    await page.getByTestId("ladder").waitFor();
    expect(await page.getByTestId("ladder").textContent()).toMatch(/SYN|ACK/);
  });

  it("downloads its packets as a capture file", async () => {
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByTestId("download-packets").click()]);
    const saved = join(folder, "packets.pcap");
    await download.saveAs(saved);
    const magic = readFileSync(saved).readUInt32LE(0);
    expect([0xa1b2c3d4, 0xa1b23c4d, 0x0a0d0d0a]).toContain(magic);
  });
});

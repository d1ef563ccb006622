import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { killEngine } from "../durability/kill-engine.ts";
import { captureBytes, killHub, SAMPLING_ALL, untilImported } from "../durability/kill-hub.ts";
import { runHub } from "../running-hub.ts";

const quiet = () => undefined;

/** A short run of `npm run test:durability`. */
describe("what was acknowledged, when something is killed at a random moment", () => {
  it("is there once, when it is the engine", async () => {
    const { acknowledged, ...found } = await killEngine(6, 1, quiet);
    expect(found).toEqual({ kills: 6, lost: 0, doubled: 0 });
    expect(acknowledged).toBeGreaterThan(3);
  });

  it("is there once, when it is the hub or the engine under it", async () => {
    const { acknowledged, ...found } = await killHub(5, 1, quiet);
    expect(found).toEqual({ kills: 5, lost: 0, doubled: 0 });
    expect(acknowledged).toBeGreaterThan(3);
  });

  it("is there once, when spans wait for the decision on their traces", async () => {
    const { acknowledged, ...found } = await killHub(5, 2, quiet, SAMPLING_ALL);
    expect(found).toEqual({ kills: 5, lost: 0, doubled: 0 });
    expect(acknowledged).toBeGreaterThan(100);
  });
});

describe("a hub that is told to stop", () => {
  it("takes the upload that is under way, and imports it at its next start", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "weir-drain-"));
    const hub = await runHub(dataDir);
    const body = captureBytes(1);
    const half = body.length / 2;
    const upload = request(`${hub.url}/api/captures?name=late.pcap`, { method: "POST" });
    const answer = new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
      upload.once("error", reject);
      upload.once("response", (response) => {
        let text = "";
        response.on("data", (chunk: Buffer) => {
          text += chunk.toString();
        });
        response.on("end", () => resolve({ status: response.statusCode, body: text }));
      });
    });
    upload.write(body.subarray(0, half));
    await sleep(300);
    const stopped = hub.stop();
    await sleep(300);
    upload.end(body.subarray(half));
    const { status, body: text } = await answer;
    expect(status).toBe(202);
    await stopped;
    const again = await runHub(dataDir);
    await untilImported(again, new Set([(JSON.parse(text) as { captureId: string }).captureId]));
    await again.stop();
    rmSync(dataDir, { recursive: true });
  });
});

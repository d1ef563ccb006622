import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BatchTable } from "@weir/http-contract";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Batch } from "./batcher.ts";
import type { Outcome } from "./hub-client.ts";
import { Spool } from "./spool.ts";
import { Uploader } from "./uploader.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "weir-spool-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const batch = (table: BatchTable, number: number, bytes = 100): Batch => ({
  table,
  captureId: "live-web_1-x",
  token: `live-web_1-x:${table}:${number}`,
  records: 10,
  bytes: new Uint8Array(bytes).fill(number),
});

/** What a hub got, whose answers are given; it takes what comes after them. */
function hubThat(...answers: Outcome["kind"][]) {
  const got: string[] = [];
  const send = async ({ token }: { readonly token: string }, bytes: Uint8Array): Promise<Outcome> => {
    const kind = answers.shift() ?? "taken";
    if (kind !== "later") got.push(`${token} ${bytes[0]}`);
    return kind === "taken" ? { kind } : { kind, why: "because" };
  };
  return { got, send };
}

describe("batches on their way to the hub", () => {
  it("go in order, and leave nothing on disk", async () => {
    const hub = hubThat();
    const uploader = new Uploader(hub, new Spool(folder, 1_000), () => undefined);
    uploader.start();
    for (const number of [1, 2, 3]) uploader.add(batch("calls", number));
    await uploader.stop(1_000);
    expect(hub.got).toEqual(["live-web_1-x:calls:1 1", "live-web_1-x:calls:2 2", "live-web_1-x:calls:3 3"]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("wait on disk while it does not take them, and go under the same tokens", async () => {
    const hub = hubThat("later", "later");
    const said: string[] = [];
    const onDisk: number[] = [];
    const pauses: number[] = [];
    const pause = async (ms: number) => {
      pauses.push(ms);
      onDisk.push(readdirSync(folder).length);
    };
    const uploader = new Uploader(hub, new Spool(folder, 1_000), (line) => said.push(line), pause);
    uploader.add(batch("calls", 1));
    uploader.add(batch("connections", 2));
    uploader.start();
    await vi.waitFor(() => expect(hub.got).toHaveLength(2));
    await uploader.stop(1_000);
    expect([onDisk, pauses]).toEqual([
      [2, 2],
      [500, 1_000],
    ]);
    expect(hub.got).toEqual(["live-web_1-x:calls:1 1", "live-web_1-x:connections:2 2"]);
    expect(readdirSync(folder)).toEqual([]);
    expect(said).toEqual(["because; records wait on disk", "the hub takes records"]);
  });

  it("are taken up by the next run where this one ends before", async () => {
    const away = new Uploader(hubThat("later"), new Spool(folder, 1_000), () => undefined);
    away.add(batch("findings", 7));
    away.start();
    await away.stop(100);
    expect(readdirSync(folder)).toHaveLength(1);
    const hub = hubThat();
    const next = new Uploader(hub, new Spool(folder, 1_000), () => undefined);
    next.start();
    next.add(batch("calls", 8));
    await next.stop(1_000);
    expect(hub.got).toEqual(["live-web_1-x:findings:7 7", "live-web_1-x:calls:8 8"]);
  });

  it("that are refused are lost, counted, and hold up no other", async () => {
    const hub = hubThat("refused");
    const uploader = new Uploader(hub, new Spool(folder, 1_000), () => undefined);
    uploader.add(batch("calls", 1));
    uploader.add(batch("calls", 2));
    uploader.start();
    await uploader.stop(1_000);
    expect(hub.got).toHaveLength(2);
    expect(uploader.waiting(0)).toMatchObject({ batches: 0, droppedRecords: 10 });
  });
});

describe("a spool", () => {
  it("that is full lets go the oldest of what is worth least, and counts it", () => {
    const spool = new Spool(folder, 350);
    spool.add(batch("connections", 1), 1);
    spool.add(batch("calls", 2), 2);
    spool.add(batch("calls", 3), 3);
    spool.add(batch("findings", 4), 4);
    expect(readdirSync(folder).map((name) => name.split("_")[1])).toEqual(["connections", "calls", "findings"]);
    spool.add(batch("findings", 5), 5);
    spool.add(batch("findings", 6), 6);
    expect(readdirSync(folder).map((name) => name.split("_")[1])).toEqual(["findings", "findings", "findings"]);
    expect(spool.droppedRecords).toBe(30);
    expect(spool.bytes).toBe(300);
  });

  it("lets nothing go for what is worth less", () => {
    const spool = new Spool(folder, 350);
    for (const number of [1, 2, 3]) spool.add(batch("connections", number), number);
    spool.add(batch("calls", 4), 4);
    expect(readdirSync(folder).map((name) => name.split("_")[1])).toEqual([
      "connections",
      "connections",
      "connections",
    ]);
    expect(spool.droppedRecords).toBe(10);
  });

  it("takes nothing that is larger than itself, and keeps what it has", () => {
    const spool = new Spool(folder, 350);
    spool.add(batch("calls", 1), 1);
    spool.add(batch("calls", 2, 351), 2);
    expect([spool.length, spool.droppedRecords]).toEqual([1, 10]);
  });
});

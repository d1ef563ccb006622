import { afterAll, describe, expect, it } from "vitest";
import { ReadingPool } from "./reading-pool.ts";

/** A long body for the worker in `testing/`, which does what its first byte says. */
function body(first: string, length = 100): Uint8Array {
  return Buffer.from(first.padEnd(length, "."));
}

describe("the threads that read large bodies", () => {
  const pool = new ReadingPool(new URL("./testing/stuck-worker.mjs", import.meta.url), {
    offThreadBytes: 100,
    threads: 2,
    maxHeapMiB: 32,
    maxReadingMs: 1_500,
    maxWaitingBytes: 400,
  });
  const read = (bytes: Uint8Array) => pool.read("zipkin", bytes, "json");

  afterAll(() => pool.close());

  it("do not get the short ones", async () => {
    // "m" and a dot are no JSON: read here, the body is malformed; there, it would take all memory.
    expect((await read(body("m", 2))).reading).toMatchObject({ kind: "malformed" });
  });

  it("end when a body takes more memory than it may, and are started again", async () => {
    await expect(read(body("m"))).rejects.toMatchObject({ reason: "tooLarge", message: /more than 32 MiB/ });
    expect((await read(body("r"))).reading).toMatchObject({ kind: "received" });
  });

  it("end when a body takes longer than it may; others are read meanwhile", async () => {
    const stuck = read(body("t"));
    const order: string[] = [];
    await Promise.all([
      expect(stuck.finally(() => order.push("stuck"))).rejects.toMatchObject({ message: /more than 1500 ms/ }),
      read(body("r")).then(() => order.push("read")),
    ]);
    expect(order).toEqual(["read", "stuck"]);
  });

  it("let no more wait than may be held", async () => {
    const waiting = Array.from({ length: 4 }, () => read(body("r")));
    await expect(read(body("r"))).rejects.toMatchObject({ code: "BUSY" });
    await Promise.all(waiting);
    expect((await read(body("r", 5_000))).reading).toMatchObject({ kind: "received" });
  });
});

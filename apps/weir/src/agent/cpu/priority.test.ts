import { execFileSync } from "node:child_process";
import { getPriority } from "node:os";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const priority = fileURLToPath(new URL("priority.ts", import.meta.url));
/** Priorities of all threads of a process that gives way, and of a worker that it starts then: who gives way cannot take it back without rights. */
const SCRIPT = `
import { getPriority } from "node:os";
import { readdirSync } from "node:fs";
import { Worker } from "node:worker_threads";
const { giveWay } = await import(${JSON.stringify(priority)});
giveWay(Number(process.env.NICE));
giveWay(0);
new Worker("require('node:worker_threads').parentPort.on('message', () => {})", { eval: true }).on("online", () => {
  const all = readdirSync("/proc/self/task").map((id) => getPriority(Number(id)));
  process.stdout.write(JSON.stringify([...new Set(all)]));
  process.exit();
});
`;

describe.skipIf(process.platform !== "linux")("an agent that gives way to others (here: on Linux)", () => {
  it("does so with all of its threads, those that it starts later as well, and does not take it back", () => {
    const nice = Math.min(19, getPriority() + 3);
    const args = ["--import", "tsx", "--input-type=module", "--eval", SCRIPT];
    const printed = execFileSync(process.execPath, args, {
      encoding: "utf8",
      env: { ...process.env, NICE: String(nice) },
    });
    expect(JSON.parse(printed)).toEqual([nice]);
  });
});

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import { ProcessReader } from "./process-facts.ts";

describe.skipIf(process.platform !== "linux")("what /proc says of a process (here: on Linux)", () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
  });

  async function shell(script: string): Promise<{ readonly child: ChildProcess; readonly said: number }> {
    const child = spawn("sh", ["-c", script], { stdio: ["pipe", "pipe", "ignore"] });
    children.push(child);
    const [text] = (await once(child.stdout as NonNullable<typeof child.stdout>, "data")) as [Buffer];
    return { child, said: Number(text.toString()) };
  }

  it("is another one when it has become another program", async () => {
    const reader = new ProcessReader();
    const { child, said: pid } = await shell("echo $$; read line; exec sh -c 'exec sleep 30'");
    expect(reader.read(pid)).toMatchObject({ name: "sh", command: expect.stringMatching(/^sh -c echo/) });
    child.stdin?.write("\n");
    await expect.poll(() => reader.read(pid)).toMatchObject({ name: "sleep", command: "sleep 30" });
  });

  it("is nothing when it has ended, and its parent has not noticed", async () => {
    const { said: pid } = await shell("sleep 0 & echo $!; exec sleep 30");
    await expect.poll(() => new ProcessReader().read(pid)).toBeUndefined();
  });
});

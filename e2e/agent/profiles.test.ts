import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { CallProfiles, Flame, ProfilesReport } from "@weir/http-contract";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { temporaryFolder } from "../cli/weir-read.ts";
import { type RunningHub, runHub } from "../running-hub.ts";
import { AgentProcess } from "./agent-process.ts";
import { describeOnKernel } from "./kernel.ts";
import { printed } from "./network.ts";

const CALLS = 5;
/** How long programs are watched. */
const WATCHED_MS = 5_000;
/** Machines are busy. */
const POLLED = { timeout: 30_000, interval: 200 };
const NS_PER_MS = 1e6;
const BUILD_ID = "c0ffee0123456789";

/** Works, or waits 30 ms at a time where it has an argument. It waits without C's library, which has no frame pointers. */
const PROGRAM = `
struct times { long seconds, nanoseconds; };
static volatile unsigned long sink;
__attribute__((noinline)) void weir_spins(void) { for (unsigned long at = 0; at < 100000000; at++) sink += at; }
__attribute__((noinline)) void weir_waits(void) {
  struct times rest = { 0, 30000000 };
  long result;
  __asm__ volatile("syscall" : "=a"(result) : "a"(35), "D"(&rest), "S"(0) : "rcx", "r11", "memory");
  sink += result;
}
int main(int count, char **arguments) {
  if (count > 1) for (;;) weir_waits();
  for (;;) weir_spins();
}
`;
const SCRIPT = `
function hotLoop() { let sum = 0; for (let at = 0; at < 1e7; at += 1) sum += at % 7; return sum; }
for (;;) hotLoop();
`;

const profilesOf = (status: object) => (status as { readonly profiles?: ProfilesReport }).profiles;

/** A server that works for each answer. */
const SERVER = `
const { createServer } = require("node:http");
function answerSlowly() { const until = Date.now() + 200; while (Date.now() < until); }
createServer((request, response) => { answerSlowly(); response.end("done"); })
  .listen(0, "127.0.0.1", function () { console.log(this.address().port); });
`;

describeOnKernel(
  "weir agent --profile",
  () => {
    const { folder } = temporaryFolder();
    const [spinner, waiter] = [join(folder, "spinner"), join(folder, "waiter")];
    const children: ChildProcess[] = [];
    let hub: RunningHub;
    let records: readonly Record<string, unknown>[] = [];
    let status: Record<string, unknown> = {};
    let elapsedNs = 0;

    const run = (command: string, args: readonly string[], service?: string, output: "pipe" | "ignore" = "ignore") => {
      const env = { ...process.env, ...(service !== undefined && { OTEL_SERVICE_NAME: service }) };
      const child = spawn(command, args, { cwd: folder, stdio: ["ignore", output, "ignore"], env, detached: true });
      children.push(child);
      // With what it started.
      onTestFinished(() => void process.kill(-(child.pid ?? 0), "SIGKILL"));
      return child;
    };
    const flame = async (service: string, type: string, more = ""): Promise<Flame> => {
      const answer = await fetch(`${hub.url}/api/profiles/flame?service=${service}&type=${type}${more}`);
      return (await answer.json()) as Flame;
    };
    const shareOf = ({ nodes, value }: Flame, name: string) =>
      nodes.filter((node) => node.name === name).reduce((sum, node) => sum + node.value, 0) / value;

    beforeAll(async () => {
      const flags = ["-O1", "-fno-omit-frame-pointer", `-Wl,--build-id=0x${BUILD_ID}`, "-x", "c", "-", "-o", spinner];
      execFileSync("clang", flags, { input: PROGRAM });
      copyFileSync(spinner, waiter);
      hub = await runHub(join(folder, "data"));
    });
    afterAll(() => hub?.stop());

    it("watches programs for some seconds", async () => {
      const server = run(process.execPath, ["--perf-basic-prof", "--eval", SERVER], "slow", "pipe");
      const address = `127.0.0.1:${(await printed(server.stdout, /\n/)).trim()}`;
      const way = ["--hub", hub.url, "--spool", join(folder, "spool")];
      const agent = await AgentProcess.start([...way, "--interface", "lo", "--profile", "--profile-off-cpu"]);
      const beganMs = performance.now();
      const node = [process.execPath, "--perf-basic-prof", "--eval", SCRIPT] as const;
      run(spinner, []);
      run(waiter, ["wait"]);
      run(node[0], node.slice(1), "shop");
      // As in a container: its own /tmp, and its own number.
      const inside = [
        "--mount",
        "--pid",
        "--fork",
        "sh",
        "-c",
        'mount -t tmpfs none /tmp && cd /tmp && exec "$@"',
        "sh",
      ];
      run("unshare", [...inside, ...node], "contained");
      const close = { headers: { connection: "close" } };
      for (let call = 0; call < CALLS; call += 1) await (await fetch(`http://${address}/work`, close)).text();
      await sleep(WATCHED_MS);
      const functions = async () => profilesOf(await agent.status())?.functions;
      await expect.poll(functions, POLLED).toBeGreaterThan(1_000);
      status = await agent.status();
      records = await agent.stop();
      elapsedNs = (performance.now() - beganMs) * NS_PER_MS;
      expect(records.some(({ kind }) => kind === "profile")).toBe(true);
    });

    it("finds where a program of machine code spends its time, and who it is", async () => {
      const pid = children[1]?.pid ?? 0;
      const profile = await flame("spinner", "cpu", `&processId=${pid}`);
      expect(profile.unit).toBe("nanoseconds");
      expect(shareOf(profile, "weir_spins")).toBeGreaterThan(0.8);
      expect(profile.value).toBeGreaterThan(0.03 * elapsedNs);
      expect(profile.value).toBeLessThan(1.2 * elapsedNs);
      expect((await flame("spinner", "cpu", "&processId=1")).nodes).toEqual([]);
      expect(records).toContainEqual(
        expect.objectContaining({
          ...{ kind: "profile", service: "spinner", type: "cpu", processId: pid, thread: "spinner" },
          host: expect.any(String),
          attributes: expect.objectContaining({
            "process.executable.path": spinner,
            "process.executable.build_id.gnu": BUILD_ID,
          }),
        }),
      );
    });

    it("finds functions that were compiled while the program runs, by the name that its service has", async () => {
      const profile = await flame("shop", "cpu");
      expect(shareOf(profile, "hotLoop")).toBeGreaterThan(0.4);
      expect(profile.nodes.find(({ name }) => name === "hotLoop")?.file).toBe("[eval]");
    });

    it("finds them in a mount and process namespace of its own", async () => {
      expect(shareOf(await flame("contained", "cpu"), "hotLoop")).toBeGreaterThan(0.4);
    });

    it("joins a call with the profile of the process that served it, at that time", async () => {
      const get = async <T>(path: string) => (await (await fetch(hub.url + path)).json()) as T;
      const { items: calls } = await get<{ items: { callId: string; target: string }[] }>("/api/calls?limit=100");
      const [call] = calls.filter(({ target }) => target === "/work");
      const { processId, items } = await get<CallProfiles>(`/api/calls/${call?.callId}/profiles`);
      expect(processId).toBe(children[0]?.pid);
      expect(items.map(({ service, type }) => [service, type])).toEqual([
        ["slow", "cpu"],
        ["slow", "off_cpu"],
      ]);
      const [{ firstAt, lastAt } = { firstAt: "", lastAt: "" }] = items;
      const profile = await flame("slow", "cpu", `&processId=${processId}&from=${firstAt}&to=${lastAt}`);
      expect(shareOf(profile, "answerSlowly")).toBeGreaterThan(0.5);
    });

    it("names the kernel's functions, innermost", async () => {
      const { nodes } = await flame("waiter", "off_cpu");
      const kernel = nodes.filter(({ file }) => file === "[kernel]").map(({ name }) => name);
      expect(kernel.join(" ")).toMatch(/nanosleep.*schedule/);
      expect(kernel.join(" ")).not.toContain("bpf");
    });

    it("finds what a program waits for, and for how long", async () => {
      const profile = await flame("waiter", "off_cpu");
      expect(shareOf(profile, "weir_waits")).toBeGreaterThan(0.8);
      expect(profile.value).toBeGreaterThan(0.3 * elapsedNs);
      expect(profile.value).toBeLessThan(1.2 * elapsedNs);
    });

    it("says what each ability costs, and what is held", () => {
      const { abilities } = status as {
        readonly abilities: readonly { readonly name: string; readonly cost?: { readonly runNs: number } }[];
      };
      for (const name of ["cpuProfiles", "offCpuProfiles", "kernelSockets"])
        expect(abilities.find((each) => each.name === name)?.cost?.runNs).toBeGreaterThan(0);
      expect(profilesOf(status)?.processes).toBeGreaterThan(3);
      expect(profilesOf(status)).toMatchObject({ droppedSamples: 0, droppedFunctions: 0 });
    });

    it("takes none unless it is asked to", async () => {
      const agent = await AgentProcess.start([]);
      expect(agent.greeting).not.toContain("profiles");
      const taken = await agent.stop();
      expect(taken.filter(({ kind }) => kind === "profile")).toEqual([]);
    });
  },
  { abilities: ["cpuProfiles", "offCpuProfiles"] },
);

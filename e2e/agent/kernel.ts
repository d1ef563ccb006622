import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { probeAbilities, probeGround } from "@weir/capture";
import { type KernelAbilityName, KernelWatch } from "@weir/kernel";
import { describe } from "vitest";

/** Programs that the test bed is made with, and the Debian packages that have them. */
const PROGRAMS = { ip: "iproute2", tcpdump: "tcpdump" } as const;

/** Why these abilities of the kernel cannot be tested on this machine; undefined where they can. */
function missingAbilities(names: readonly KernelAbilityName[]): string | undefined {
  const watch = new KernelWatch(names);
  watch.close();
  const lacking = watch.abilities.find(({ has }) => !has);
  return lacking && `${lacking.name}: ${lacking.why}`;
}

/** Files of programs that tests run, and the Debian packages that have them: the first that is absent. */
function missingProgram(files: Readonly<Record<string, string>>): string | undefined {
  const absent = Object.entries(files).find(([file]) => !existsSync(file));
  return absent && `${absent[0]} is not installed (Debian: ${absent[1]})`;
}

/** Why the agent cannot be tested on this machine; undefined where it can. */
function missing(): string | undefined {
  if (process.platform !== "linux") return "the agent captures on Linux only";
  const lacking = probeAbilities(probeGround()).find(
    ({ name, has }) => !has && ["packets", "filters", "namespaces"].includes(name),
  );
  if (lacking !== undefined) return `${lacking.name}: ${lacking.why}`;
  const absent = Object.entries(PROGRAMS).find(
    ([program]) => spawnSync(program, ["-V"], { stdio: "ignore" }).error !== undefined,
  );
  if (absent !== undefined) return `${absent[0]} is not installed (Debian: ${absent[1]})`;
  const probe = spawnSync("unshare", ["--net", "true"], { encoding: "utf8" });
  return probe.status === 0 ? undefined : `no network namespace can be made: ${probe.stderr.trim()}`;
}

/** Tests that need the kernel: skipped with the reason where it does not let us, a failure with WEIR_REQUIRE_KERNEL=1. */
export function describeOnKernel(
  name: string,
  tests: () => void,
  {
    abilities = [],
    programs = {},
  }: {
    readonly abilities?: readonly KernelAbilityName[];
    readonly programs?: Readonly<Record<string, string>>;
  } = {},
): void {
  const reason =
    missing() ?? missingProgram(programs) ?? (abilities.length === 0 ? undefined : missingAbilities(abilities));
  if (reason === undefined) {
    describe(name, tests);
    return;
  }
  if (process.env["WEIR_REQUIRE_KERNEL"] === "1") throw new Error(`${name} cannot be tested here: ${reason}`);
  process.stderr.write(`skipped: ${name}: ${reason}\n`);
  describe.skip(`${name} (skipped: ${reason})`, tests);
}

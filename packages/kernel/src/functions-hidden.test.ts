import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { areFunctionsHidden } from "./abilities.ts";

describe("the table of the kernel's functions", () => {
  const folder = mkdtempSync(join(tmpdir(), "weir-kallsyms-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const table = (...lines: readonly string[]) => {
    const path = join(folder, "kallsyms");
    writeFileSync(path, `${lines.join("\n")}\n`);
    return path;
  };
  const ofProcessors = Array.from({ length: 2_000 }, (_, at) => `0000000000000000 A variable_${at}`);

  it("is hidden where functions have no addresses", () => {
    expect(areFunctionsHidden(table("0000000000000000 T startup_64", "0000000000000000 t local"))).toBe(true);
    expect(areFunctionsHidden(table(...ofProcessors, "0000000000000000 T startup_64"))).toBe(true);
    expect(areFunctionsHidden(join(folder, "absent"))).toBe(true);
  });

  it("is not where only variables of each processor have none, as in Linux 5.10", () => {
    expect(areFunctionsHidden(table(...ofProcessors, "ffffffff81000000 T startup_64"))).toBe(false);
  });
});

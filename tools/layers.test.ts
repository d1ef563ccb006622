import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const cruiser = `${root}node_modules/dependency-cruiser/bin/dependency-cruise.mjs`;

/** Runs the layer check on one package folder and returns what it prints; it exits non-zero when it finds something. */
function checkLayers(folder: string): { status: number; output: string } {
  try {
    const output = execFileSync(process.execPath, [cruiser, "--config", ".dependency-cruiser.cjs", folder], {
      cwd: root,
      encoding: "utf8",
    });
    return { status: 0, output };
  } catch (error) {
    const failed = error as { status: number; stdout: string };
    return { status: failed.status, output: failed.stdout };
  }
}

describe("the layer check", () => {
  const made: string[] = [];
  afterEach(() => {
    for (const folder of made.splice(0)) rmSync(folder, { recursive: true });
  });

  it("sees modules at all, and finds the layers clean", () => {
    const { status, output } = checkLayers("packages/base");
    expect(status).toBe(0);
    expect(output).toMatch(/no dependency violations found \([1-9]\d* modules/);
  });

  it("fails on a package that reaches upwards, and on Node in a pure package", () => {
    const folder = mkdtempSync(`${root}packages/base/src/wrong-`);
    made.push(folder);
    writeFileSync(
      `${folder}/upwards.ts`,
      'import { RECORDS } from "@weir/model";\nimport fs from "node:fs";\nexport const wrong = [RECORDS, fs];\n',
    );
    const { status, output } = checkLayers(folder);
    expect(status).not.toBe(0);
    expect(output).toContain("layer-base");
    expect(output).toContain("pure-without-node");
  });
});

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { generate, type Workload } from "./workload/generate.ts";

/** Where generated captures lie. */
export const CAPTURES_FOLDER = join(tmpdir(), "weir-bench");

const SOURCES = fileURLToPath(new URL("workload", import.meta.url));
const FINGERPRINT_LENGTH = 8;

/** A capture that is there. */
export interface Capture {
  readonly path: string;
  /** False where it was left by an earlier run. */
  readonly isNew: boolean;
}

/** Generates a workload, unless one of the same seed, scale and generator is still there. What is unfinished is removed. */
export async function provideCapture(workload: Workload, scale: number): Promise<Capture> {
  mkdirSync(CAPTURES_FOLDER, { recursive: true });
  const name = `${workload.name}-seed${workload.seed}-scale${scale}-${generatorFingerprint()}.pcap`;
  const path = join(CAPTURES_FOLDER, name);
  if (existsSync(path)) {
    console.error(`${workload.name}: ${path} is there`);
    return { path, isNew: false };
  }
  const unfinished = `${path}.${process.pid}`;
  // Also where Ctrl-C ends it.
  process.once("exit", () => rmSync(unfinished, { force: true }));
  const startedAtMs = performance.now();
  const line = (text: string) => `generating ${workload.name}  ${text}`;
  const { packets, connections, fileBytes } = await generate(unfinished, workload, scale, (progress) => {
    const perSecond = progress.packets / (performance.now() - startedAtMs) / 1000;
    redraw(line(`${Math.floor(progress.share * 100)} %  ${perSecond.toFixed(2)} million packets/s`));
  });
  const seconds = (performance.now() - startedAtMs) / 1000;
  redraw("");
  console.error(
    line(`${packets} packets, ${connections} connections, ${fileBytes >> 20} MiB in ${seconds.toFixed(1)} s: ${path}`),
  );
  renameSync(unfinished, path);
  return { path, isNew: true };
}

/** Another generator makes other captures. */
function generatorFingerprint(): string {
  const hash = createHash("sha256");
  for (const name of readdirSync(SOURCES).sort()) hash.update(readFileSync(join(SOURCES, name)));
  return hash.digest("hex").slice(0, FINGERPRINT_LENGTH);
}

/** One line on a terminal, drawn in place. */
export function redraw(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[2K${text}`);
}

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Engine, EngineOptions } from "../engine/contract.ts";
import { startEngine } from "../engine/engine.ts";

/** An engine on a data folder of its own, which goes with it. */
export interface TestEngine {
  readonly engine: Engine;
  readonly options: EngineOptions;
  stop(): Promise<void>;
}

export async function startTestEngine(): Promise<TestEngine> {
  const dataDir = mkdtempSync(join(tmpdir(), "weir-store-"));
  const options: EngineOptions = {
    dataDir,
    childEntry: fileURLToPath(new URL("../engine/child.ts", import.meta.url)),
    nodeArguments: ["--import", "tsx"],
  };
  const engine = await startEngine(options);
  return {
    engine,
    options,
    async stop() {
      await engine.stop();
      rmSync(dataDir, { recursive: true });
    },
  };
}

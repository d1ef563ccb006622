// Type-checks the three worlds apart: pure packages (no Node, no DOM), Node code, and the web console.
import { spawnSync } from "node:child_process";

for (const project of ["tsconfig.pure.json", "tsconfig.node.json", "apps/web/tsconfig.json"]) {
  const run = spawnSync("npx", ["--no-install", "tsc", "-p", project], { stdio: "inherit" });
  if (run.status !== 0) process.exit(run.status ?? 1);
}

// The one check: what CI runs and what a developer runs before pushing. Stops at the first step that fails.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Name, command, and what to do when it fails. Cheap steps first. */
const STEPS = [
  ["system packages", ["node", "tools/ensure-system-packages.mjs"], "see its message"],
  ["format and lint", ["npm", "run", "--silent", "lint"], "npm run format"],
  ["types", ["npm", "run", "--silent", "types"], "mend the types"],
  ["layers", ["npm", "run", "--silent", "layers"], "see the table in .dependency-cruiser.cjs"],
  ["dead code", ["npm", "run", "--silent", "dead-code"], "remove it, or use it"],
  ["generated files", ["npm", "run", "--silent", "generate", "--", "--check"], "npm run generate"],
  ["programs for the kernel", ["node", "tools/build-bpf.mjs", "--check"], "node tools/build-bpf.mjs"],
  ["build", ["npm", "run", "--silent", "build"], "mend the build"],
  ["tests", ["npm", "run", "--silent", "test"], "mend the code, or the test if it is wrong"],
];

for (const [name, [command, ...args], remedy] of STEPS) {
  const startedAt = Date.now();
  process.stdout.write(`\n── ${name}\n`);
  const run = spawnSync(command, args, { cwd: root, stdio: "inherit" });
  if (run.status !== 0) {
    process.stderr.write(`\ncheck: "${name}" failed. To mend: ${remedy}\n`);
    process.exit(run.status ?? 1);
  }
  process.stdout.write(`   ok, ${((Date.now() - startedAt) / 1000).toFixed(1)} s\n`);
}

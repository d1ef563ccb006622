// Bundles the program (esbuild) and the console (Vite). Runs by itself after `npm ci` and `npm install`.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Program files that start on their own: the command, the import worker, the engine's child process. */
const ENTRIES = {
  main: "apps/weir/src/main.ts",
  "import-worker": "apps/weir/src/import/worker.ts",
  "engine-child": "packages/storage/src/engine/child.ts",
};

/** Our packages are bundled; what comes from npm stays outside and is loaded from node_modules. */
const npmStaysOutside = {
  name: "npm-stays-outside",
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === "entry-point" || path.startsWith("@weir/") ? undefined : { path, external: true },
    );
  },
};

async function buildProgram() {
  const { build } = await import("esbuild");
  await build({
    absWorkingDir: root,
    entryPoints: ENTRIES,
    outdir: "apps/weir/dist",
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20.19",
    sourcemap: true,
    logLevel: "warning",
    plugins: [npmStaysOutside],
  });
}

function buildConsole() {
  if (!existsSync(`${root}apps/web/index.html`)) return;
  const run = spawnSync("npx", ["--no-install", "vite", "build", "--logLevel", "warn"], {
    cwd: `${root}apps/web`,
    stdio: "inherit",
  });
  if (run.status !== 0) process.exit(run.status ?? 1);
}

if (process.argv.includes("--program")) {
  await buildProgram();
} else {
  await buildProgram();
  buildConsole();
}

// Bundles the program (Rolldown, the bundler inside Vite) and the console (Vite). Runs by itself after `npm ci` and `npm install`.
// A bundler that keeps `const` at the top level: the engine compiles the names of record fields into numbers only where they cannot change.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { isAbsolute } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

const PROGRAM = `${root}apps/weir/dist/`;

/** Program files that start on their own: the command, the capture worker, the kernel worker, the import worker, the worker that reads large bodies, the worker that reads a share of a capture, the engine's child process. */
const ENTRIES = {
  main: "apps/weir/src/main.ts",
  "agent-worker": "apps/weir/src/agent/worker.ts",
  "kernel-worker": "apps/weir/src/agent/kernel/worker.ts",
  "import-worker": "apps/weir/src/import/worker.ts",
  "reading-worker": "apps/weir/src/hub/receivers/reading/worker.ts",
  "share-worker": "apps/weir/src/read/shares/worker.ts",
  "engine-child": "packages/storage/src/engine/child.ts",
};

const KUBERNETES = "@kubernetes/client-node";
const OUR_PACKAGES = /\/packages\/[^/]+\/src\//;
const isFromNpm = (file) => file?.includes("/node_modules/") === true;

/** The same program in characters that take a byte each: a single "…" makes V8 hold the text of the whole file with two bytes for each, in every thread. */
function inLatin1(code) {
  return code.replace(/[^\0-\xff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

async function buildProgram() {
  const { build } = await import("rolldown");
  await build({
    cwd: root,
    input: ENTRIES,
    platform: "node",
    // Our packages are bundled; what comes from npm stays outside and is loaded from node_modules. But for Kubernetes' client, with what only it needs: whole it
    // takes a second to load and 75 MB of memory, of which the configuration and credentials that are used here are a fifth.
    external: (id, importer) =>
      /^[^./]/.test(id) && !id.startsWith("@weir/") && !isAbsolute(id) && id !== KUBERNETES && !isFromNpm(importer),
    // Modules of our packages do nothing when they are loaded: a thread loads those that it uses, and not all that a package's index names.
    treeshake: { moduleSideEffects: (id) => !id.includes(KUBERNETES) && !OUR_PACKAGES.test(id) },
    logLevel: "warn",
    output: {
      dir: PROGRAM,
      format: "esm",
      sourcemap: true,
      // Each thread holds the text of what it runs; comments are a third of it, and stand in the source map as well.
      comments: false,
      chunkFileNames: "[name]-[hash].js",
      cleanDir: true,
    },
  });
  for (const file of readdirSync(PROGRAM).filter((name) => name.endsWith(".js"))) {
    const code = readFileSync(PROGRAM + file, "utf8");
    writeFileSync(PROGRAM + file, inLatin1(code));
  }
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

#!/usr/bin/env node
// The installed command. The program itself is bundled by `npm run build` (npm ci does that too).
import { existsSync } from "node:fs";

const bundle = new URL("../dist/main.js", import.meta.url);
if (existsSync(bundle)) {
  await import(bundle.href);
} else {
  process.stderr.write("weir: not built yet. Run `npm run build` in the project's root, then try again.\n");
  process.exitCode = 1;
}

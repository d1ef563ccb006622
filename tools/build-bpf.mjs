// Compiles the programs for the kernel (packages/kernel/bpf/*.bpf.c) into packages/kernel/objects, which is committed: whoever installs Weir needs no compiler.
// `--check` changes nothing: it fails where the objects are not of these sources, and, with the same clang, where they are not what it makes of them.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const sources = fileURLToPath(new URL("../packages/kernel/bpf/", import.meta.url));
const objects = fileURLToPath(new URL("../packages/kernel/objects/", import.meta.url));
const manifest = join(objects, "manifest.json");
/** Where Debian has the kernel's headers for programs of this machine's architecture. */
const INCLUDES = ["/usr/include/x86_64-linux-gnu", "/usr/include/aarch64-linux-gnu"];

const programs = readdirSync(sources).filter((file) => file.endsWith(".bpf.c"));
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
const versionOf = (program) => spawnSync(program, ["--version"], { encoding: "utf8" }).stdout?.split("\n")[0];

/** Of all sources: a header is part of every object. */
function sourcesHash() {
  const hash = createHash("sha256");
  for (const file of readdirSync(sources).sort()) hash.update(`${file}\0`).update(readFileSync(join(sources, file)));
  return hash.digest("hex");
}

/** Runs a program in the sources' folder. */
function run(command, args) {
  const done = spawnSync(command, args, { stdio: "inherit", cwd: sources });
  if (done.status !== 0) throw new Error(`${command} failed`);
}

/** Compiles one, without debug information other than BTF, which CO-RE needs. */
function compile(file, folder) {
  const object = join(folder, file.replace(/\.c$/, ".o"));
  const includes = INCLUDES.filter((each) => existsSync(each)).map((each) => `-I${each}`);
  // The folder's path would get into the object, and differ from machine to machine.
  const flags = ["-target", "bpf", "-O2", "-g", "-Wall", "-Werror", "-fdebug-compilation-dir=/bpf", "-I."];
  run("clang", [...flags, ...includes, "-c", file, "-o", object]);
  run("llvm-strip", ["-g", object]);
  return object;
}

function compileAll(folder) {
  return Object.fromEntries(programs.map((file) => [file, sha256(readFileSync(compile(file, folder)))]));
}

function check() {
  const { sourcesSha256, compiler, objects: known } = JSON.parse(readFileSync(manifest, "utf8"));
  const remedy = "node tools/build-bpf.mjs (it takes clang, llvm and libbpf-dev)";
  if (sourcesSha256 !== sourcesHash()) fail(`packages/kernel/objects are not of these sources: ${remedy}`);
  for (const [file, hash] of Object.entries(known))
    if (sha256(readFileSync(join(objects, file.replace(/\.c$/, ".o")))) !== hash)
      fail(`${file} has another object: ${remedy}`);
  const here = versionOf("clang");
  if (here !== compiler) {
    process.stdout.write(`not compiled again: they are of ${compiler}, here is ${here ?? "no clang"}\n`);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), "weir-bpf-"));
  try {
    const now = compileAll(folder);
    for (const file of programs)
      if (now[file] !== known[file]) fail(`${basename(file)} compiles to another object: ${remedy}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

if (process.argv.includes("--check")) check();
else {
  const made = compileAll(objects);
  const entries = { sourcesSha256: sourcesHash(), compiler: versionOf("clang"), objects: made };
  writeFileSync(manifest, `${JSON.stringify(entries, null, 2)}\n`);
}

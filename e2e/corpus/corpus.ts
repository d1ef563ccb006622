import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** One capture of the corpus, with where it and its facts lie. */
export interface CorpusCapture {
  /** Path inside the corpus; names the capture in messages and in the list of known differences. */
  readonly name: string;
  readonly path: string;
}

/** Where the corpus lies: beside the project, or where WEIR_CORPUS says. */
export const corpusFolder = resolve(
  process.env["WEIR_CORPUS"] ?? fileURLToPath(new URL("../../../shared/data/captures", import.meta.url)),
);

/** All captures of the corpus; undefined where it is not on this machine. The captures are never copied into the project. */
export function corpusCaptures(): readonly CorpusCapture[] | undefined {
  const manifest = join(corpusFolder, "MANIFEST.json");
  if (!existsSync(manifest)) return undefined;
  const { captures } = JSON.parse(readFileSync(manifest, "utf8")) as { captures: { file: string }[] };
  return captures.map(({ file }) => ({ name: file, path: join(corpusFolder, file) }));
}

/** In CI the corpus must be there; elsewhere its tests are skipped, and say so. */
export function corpusOrSkip(): readonly CorpusCapture[] {
  const captures = corpusCaptures();
  if (captures !== undefined) return captures;
  if (process.env["CI"]) throw new Error(`the corpus is missing at ${corpusFolder}: in CI it must be there`);
  process.stdout.write("skipped: no corpus\n");
  return [];
}

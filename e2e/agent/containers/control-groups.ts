import { existsSync, readdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";

const MOUNTED = "/sys/fs/cgroup";
/** The unified hierarchy where those of version 1 are mounted beside it. */
export const UNIFIED = `${MOUNTED}/unified`;

/** Removes a control group that engines made for their containers, and those in it, from all hierarchies: engines leave it behind. */
export function removeControlGroup(name: string): void {
  for (const hierarchy of [".", ...foldersIn(MOUNTED)]) {
    const folder = join(MOUNTED, hierarchy, name);
    if (existsSync(folder)) removeFolders(folder);
  }
}

function removeFolders(folder: string): void {
  for (const name of foldersIn(folder)) removeFolders(join(folder, name));
  rmdirSync(folder);
}

function foldersIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

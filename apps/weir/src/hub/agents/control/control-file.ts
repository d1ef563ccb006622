import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { WeirError } from "@weir/base";
import { type Control, controlSchema } from "@weir/http-contract";

/** What the hub told its agents last, from its data folder; undefined at the first start. Throws CONFIG_INVALID where it cannot be read. */
export function readControlFile(file: string): Control | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw unusable(file, error);
  }
  try {
    return controlSchema.parse(JSON.parse(text));
  } catch (error) {
    throw unusable(file, error);
  }
}

/** Keeps it: whole or not at all. */
export function writeControlFile(file: string, control: Control): void {
  try {
    writeFileSync(`${file}.part`, JSON.stringify(control));
    renameSync(`${file}.part`, file);
  } catch (cause) {
    throw new WeirError(
      "STORAGE_FULL",
      `what agents shall do cannot be kept in ${file}: ${(cause as Error).message}`,
      "Make room on the disk of the data folder",
      { cause },
    );
  }
}

function unusable(file: string, cause: unknown): WeirError {
  return new WeirError(
    "CONFIG_INVALID",
    `what agents shall do cannot be read from ${file}: ${(cause as Error).message}`,
    "Put the file back from a backup; agents go on with what they have",
    { cause },
  );
}

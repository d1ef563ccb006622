import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { WeirError } from "@weir/base";
import { signedControlSchema } from "@weir/http-contract";
import { z } from "zod";

const keptSchema = z.object({
  publicKey: z.string().optional(),
  last: z
    .object({ signed: signedControlSchema, receipt: z.object({ atUnixMs: z.number(), hubOffsetMs: z.number() }) })
    .optional(),
});

/** What an agent keeps of its hub's word: the key that it trusts, and what it was told last. */
export type KeptControl = z.infer<typeof keptSchema>;

/** The place on disk where it is kept through restarts. */
export class ControlFolder {
  readonly #file: string;

  /** Throws CONFIG_INVALID where the folder cannot be made. */
  constructor(folder: string) {
    this.#file = join(folder, "control.json");
    try {
      mkdirSync(folder, { recursive: true });
    } catch (cause) {
      throw this.#unusable(cause);
    }
  }

  /** What was kept; nothing at the first start. Throws CONFIG_INVALID where it cannot be read: an agent must not forget which hub it trusts. */
  read(): KeptControl {
    try {
      return keptSchema.parse(JSON.parse(readFileSync(this.#file, "utf8")));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
      throw this.#unusable(error);
    }
  }

  /** Keeps it: whole or not at all. Throws CONFIG_INVALID where the disk does not take it. */
  write(kept: KeptControl): void {
    try {
      writeFileSync(`${this.#file}.part`, JSON.stringify(kept));
      renameSync(`${this.#file}.part`, this.#file);
    } catch (cause) {
      throw this.#unusable(cause);
    }
  }

  #unusable(cause: unknown): WeirError {
    return new WeirError(
      "CONFIG_INVALID",
      `what the hub said cannot be kept in ${this.#file}: ${(cause as Error).message}`,
      "Name another folder with --spool; to trust another hub, remove the file",
      { cause },
    );
  }
}

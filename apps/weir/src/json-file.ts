import { readFile } from "node:fs/promises";
import { WeirError } from "@weir/base";
import type { z } from "zod";

/**
 * Reads a file of JSON of a certain form. `what` names it in messages ("the access file"), `hint` says what it must look like. Throws CONFIG_INVALID where it cannot be
 * read or is of another form; the message names the places, not what stands there.
 */
export async function readJsonFile<S extends z.ZodType>(
  path: string,
  what: string,
  schema: S,
  hint: string,
): Promise<z.infer<S>> {
  const text = await readFile(path, "utf8").catch((cause: Error) => {
    throw new WeirError("CONFIG_INVALID", `${what} ${path} cannot be read: ${cause.message}`, "Check the path", {
      cause,
    });
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new WeirError("CONFIG_INVALID", `${what} ${path} is not JSON`, hint, { cause });
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path: at, message }) => `${at.join(".")}: ${message}`).join("; ");
  throw new WeirError("CONFIG_INVALID", `${what} ${path} has another form: ${problems}`, hint);
}

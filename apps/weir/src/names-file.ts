import { readFile } from "node:fs/promises";
import { WeirError } from "@weir/base";
import { z } from "zod";

const namesSchema = z.record(z.string(), z.string().min(1));

/** Reads names for addresses: a JSON object `{"10.0.0.2": "orders"}`. */
export async function readNamesFile(path: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(path, "utf8").catch((cause: Error) => {
    throw new WeirError("CONFIG_INVALID", `the names file ${path} cannot be read: ${cause.message}`, "Check the path", {
      cause,
    });
  });
  const form = 'It must be a JSON object of addresses and names: {"10.0.0.2": "orders"}';
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new WeirError("CONFIG_INVALID", `the names file ${path} is not JSON`, form, { cause });
  }
  const parsed = namesSchema.safeParse(json);
  if (!parsed.success) throw new WeirError("CONFIG_INVALID", `the names file ${path} has another form`, form);
  return new Map(Object.entries(parsed.data));
}

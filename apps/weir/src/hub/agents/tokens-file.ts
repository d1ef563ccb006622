import { readFile } from "node:fs/promises";
import { WeirError } from "@weir/base";

/** Shorter ones can be guessed. */
const LEAST_CHARACTERS = 16;

/** Reads tokens of agents: one per line, empty lines and those that begin with # left out. */
export async function readTokensFile(path: string): Promise<string[]> {
  const hint = "One token per line, at least 16 characters: openssl rand -hex 32";
  const text = await readFile(path, "utf8").catch((cause: Error) => {
    throw new WeirError("CONFIG_INVALID", `the file of tokens ${path} cannot be read: ${cause.message}`, hint, {
      cause,
    });
  });
  const tokens = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
  if (tokens.length === 0 || tokens.some((token) => token.length < LEAST_CHARACTERS))
    throw new WeirError("CONFIG_INVALID", `the file ${path} has no token, or a short one`, hint);
  return tokens;
}

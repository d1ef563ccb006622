import { Names } from "@weir/identity";
import { readNamesFile } from "../names-file.ts";

/** Names for addresses from the file of `--names`; empty where none was given. */
export async function namesOf(file: string | undefined): Promise<ReadonlyMap<string, string>> {
  return file === undefined ? new Map<string, string>() : readNamesFile(file);
}

/** Fresh names for one capture: what the user named, to which the capture adds. */
export function namesFrom(named: ReadonlyMap<string, string>, names: Names = new Names()): Names {
  for (const [address, name] of named) names.learn("file", address, name, 0);
  return names;
}

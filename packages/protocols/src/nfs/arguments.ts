import type { ByteCursor } from "../common/byte-cursor.ts";
import { type Compound, MAX_NAME_BYTES, purposeOf, readCompound } from "./compound.ts";
import { ProgramNumber, programOf } from "./programs.ts";
import { padded, type RpcCall, xdrText } from "./rpc.ts";

const MAX_HANDLE_BYTES = 64;
const HANDLE2_BYTES = 32;
/** Transports that a port is asked for (RFC 1833 §2). */
const TRANSPORTS: ReadonlyMap<number, string> = new Map([
  [6, "tcp"],
  [17, "udp"],
]);
/** Procedures of versions 2 and 3 that begin with a folder and a name in it. */
const NAMED: ReadonlySet<string> = new Set("LOOKUP CREATE MKDIR SYMLINK MKNOD REMOVE RMDIR RENAME".split(" "));

/** What a call asks for, in words. */
export interface Asked {
  readonly program: string;
  readonly operation: string;
  readonly target: string;
  readonly compound: Compound | undefined;
}

/** Reads the arguments of the programs that are known; the call's cursor moves. */
export function readArguments(call: RpcCall): Asked {
  const { program: number, version, procedure } = call;
  const program = programOf(number);
  const operation = program?.procedure(version, procedure) ?? String(procedure);
  const asked = { program: program?.name ?? String(number), operation, target: "", compound: undefined };
  // What is encrypted or signed has another shape.
  if (!call.isPlain) return asked;
  const cursor = call.arguments;
  if (number === ProgramNumber.nfs && operation === "COMPOUND") {
    const compound = readCompound(cursor);
    if (compound === undefined) return asked;
    return { ...asked, operation: purposeOf(compound), target: compound.path, compound };
  }
  return { ...asked, target: targetOf(number, version, operation, cursor) };
}

function targetOf(program: number, version: number, operation: string, cursor: ByteCursor): string {
  const target = () => {
    if (program === ProgramNumber.nfs && NAMED.has(operation)) return nameInFolder(cursor, version);
    if (program === ProgramNumber.mount && (operation === "MNT" || operation === "UMNT"))
      return xdrText(cursor, MAX_NAME_BYTES);
    return program === ProgramNumber.portmap ? mappedProgram(cursor, operation) : "";
  };
  const text = target();
  return cursor.hasFailed ? "" : text;
}

/** The handle of the folder, then the name in it. */
function nameInFolder(cursor: ByteCursor, version: number): string {
  cursor.take(version === 2 ? HANDLE2_BYTES : padded(Math.min(cursor.uint32(), MAX_HANDLE_BYTES)));
  return xdrText(cursor, MAX_NAME_BYTES);
}

/** The program whose port is asked for: `nfs v3 tcp`. */
function mappedProgram(cursor: ByteCursor, operation: string): string {
  if (operation !== "GETPORT" && operation !== "GETADDR" && operation !== "SET") return "";
  const number = cursor.uint32();
  const name = programOf(number)?.name ?? String(number);
  const version = cursor.uint32();
  if (operation !== "GETPORT") return `${name} v${version}`;
  const transport = cursor.uint32();
  return `${name} v${version} ${TRANSPORTS.get(transport) ?? transport}`;
}

import { decodeLatin1, toHex } from "@weir/base";
import { Command1, Command2, controlName } from "./commands.ts";
import { HEADER1_BYTES, HEADER2_BYTES, viewOf } from "./header.ts";

/** Where a request names the file that it is about (MS-SMB2 §2.2.15 and on), from the body's beginning. */
const FILE_ID_AT: ReadonlyMap<number, number> = new Map([
  [6, 8],
  [7, 8],
  [8, 16],
  [9, 16],
  [10, 8],
  [11, 8],
  [14, 8],
  [15, 8],
  [16, 24],
  [17, 16],
  [18, 8],
]);
const FILE_ID_BYTES = 16;
/** Longest name that is kept, in characters. */
const MAX_NAME_CHARS = 512;
/** "The file of the command before" (§2.2.14.1, all ones). */
export const SAME_FILE = "f".repeat(2 * FILE_ID_BYTES);

/** What a request says it is about. */
export interface Subject {
  /** Path of the share that is connected, or name of the file that is opened. */
  readonly name?: string;
  readonly fileId?: string;
  /** Bytes that are read or written, and where. */
  readonly length?: number;
  readonly offset?: number;
  readonly control?: string;
}

/** Of a request of versions 2 and 3; `message` is its header with its body. */
export function subject2(command: number, message: Uint8Array): Subject {
  const body = message.subarray(HEADER2_BYTES);
  const view = viewOf(body);
  // Shortest body of a request with something to say.
  if (body.length < 8) return {};
  const fileId = fileIdAt(body, FILE_ID_AT.get(command));
  switch (command) {
    case Command2.treeConnect:
      return { name: textAt(message, view.getUint16(4, true), view.getUint16(6, true)) };
    case Command2.create:
      return body.length < 48 ? {} : { name: textAt(message, view.getUint16(44, true), view.getUint16(46, true)) };
    case Command2.read:
    case Command2.write: {
      if (body.length < 16) return {};
      const offset = view.getUint32(12, true) * 2 ** 32 + view.getUint32(8, true);
      return { length: view.getUint32(4, true), offset, ...fileId };
    }
    case Command2.ioctl:
      return { control: controlName(view.getUint32(4, true)), ...fileId };
    default:
      return fileId;
  }
}

/** The id of the file that a CREATE response opened (§2.2.14). */
export function openedFile(message: Uint8Array): string | undefined {
  return fileIdAt(message.subarray(HEADER2_BYTES), 64).fileId;
}

/** The dialect that a NEGOTIATE response chose (§2.2.4): `3.1.1`; `2.?`: to be negotiated once more. */
export function chosenDialect(message: Uint8Array): string | undefined {
  if (message.length < HEADER2_BYTES + 6) return undefined;
  const dialect = viewOf(message).getUint16(HEADER2_BYTES + 4, true);
  if (dialect === 0x02ff) return "2.?";
  const [major, minor, revision] = [dialect >>> 8, (dialect >>> 4) & 15, dialect & 15];
  return revision === 0 ? `${major}.${minor}` : `${major}.${minor}.${revision}`;
}

/** Of a request of version 1: the share or file that it opens (MS-SMB §2.2.4.7.1, §2.2.4.9.1). */
export function subject1(command: number, message: Uint8Array, isUnicode: boolean): Subject {
  const view = viewOf(message);
  const words = HEADER1_BYTES + 1;
  if (command === Command1.treeConnectAndX && message.length > words + 10)
    return { name: stringAt(message, words + 10 + view.getUint16(words + 6, true), isUnicode) };
  if (command === Command1.ntCreateAndX && message.length > words + 50)
    return { name: stringAt(message, words + 50, isUnicode) };
  return {};
}

function fileIdAt(body: Uint8Array, at: number | undefined): { readonly fileId?: string } {
  if (at === undefined || body.length < at + FILE_ID_BYTES) return {};
  return { fileId: toHex(body.subarray(at, at + FILE_ID_BYTES)) };
}

/** UTF-16 text at an offset from the header's beginning. */
function textAt(message: Uint8Array, at: number, length: number): string {
  return utf16(message.subarray(at, at + Math.min(length, 2 * MAX_NAME_CHARS)));
}

/** Text up to its zero. UTF-16 begins at an even offset from the header. */
function stringAt(message: Uint8Array, at: number, isUnicode: boolean): string {
  if (!isUnicode) return decodeLatin1(message.subarray(at, at + MAX_NAME_CHARS)).replace(/\0.*$/s, "");
  const start = at + (at & 1);
  return utf16(message.subarray(start, start + 2 * MAX_NAME_CHARS)).replace(/\0.*$/s, "");
}

function utf16(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at + 1 < bytes.length; at += 2)
    text += String.fromCharCode((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8));
  return text;
}

import type { BerReader } from "../common/ber.ts";

const OBJECT_IDENTIFIER = 0x06;
/** Values that say that there is none: noSuchObject, noSuchInstance, endOfMibView (RFC 3416 §3). */
const FIRST_EXCEPTION = 0x80;
const LAST_EXCEPTION = 0x82;
/** Its value is the kind of a notification (snmpTrapOID.0, RFC 3416 §4.2.6). */
const KIND_OF_NOTIFICATION = "1.3.6.1.6.3.1.1.4.1.0";
/** Names that are listed, variables that are counted, and numbers of an identifier (RFC 2578 §3.5). */
const MAX_NAMES = 8;
const MAX_VARIABLES = 4_096;
const MAX_NUMBERS = 128;

/** What a list of variable bindings names; other values than a notification's kind are not looked at. */
export interface Variables {
  readonly count: number;
  /** Of the first ones. */
  readonly oids: readonly string[];
  /** How many the agent does not have. */
  readonly exceptions: number;
  readonly notification: string | undefined;
}

export function readVariables(list: BerReader): Variables {
  const oids: string[] = [];
  let count = 0;
  let exceptions = 0;
  let notification: string | undefined;
  while (count < MAX_VARIABLES && list.next()) {
    const binding = list.inside;
    if (!binding.nextIs(OBJECT_IDENTIFIER)) break;
    count += 1;
    const oid = count <= MAX_NAMES ? formatOid(binding) : undefined;
    if (oid !== undefined) oids.push(oid);
    if (!binding.next()) continue;
    if (oid === KIND_OF_NOTIFICATION && binding.tag === OBJECT_IDENTIFIER) notification = formatOid(binding);
    if (binding.tag >= FIRST_EXCEPTION && binding.tag <= LAST_EXCEPTION) exceptions += 1;
  }
  return { count, oids, exceptions, notification };
}

/** The object identifier under way, in numbers (X.690 §8.19). */
export function formatOid({ bytes, contentAt, contentEnd, end }: BerReader): string {
  const numbers: number[] = [];
  let number = 0;
  for (let at = contentAt; at < Math.min(contentEnd, end) && numbers.length < MAX_NUMBERS; at += 1) {
    const byte = bytes[at] ?? 0;
    // Not by bits: numbers have up to 32 of them. What is longer is none.
    number = (number % 2 ** 32) * 128 + (byte & 0x7f);
    if (byte >= 0x80) continue;
    // The first one holds two.
    if (numbers.length === 0) {
      const root = Math.min(2, Math.floor(number / 40));
      numbers.push(root, number - root * 40);
    } else numbers.push(number);
    number = 0;
  }
  return numbers.join(".");
}

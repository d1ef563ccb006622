import { parseUnixNs, type UnixNs } from "@weir/base";

const OFFSET = /([+-])(\d\d):?(\d\d)$/;
const NS_PER_MINUTE = 60_000_000_000n;

/** A moment of RFC 3339 in any zone, as Unix nanoseconds; undefined where it is none. */
export function parseMoment(text: string): UnixNs | undefined {
  const offset = OFFSET.exec(text);
  // The day of a date alone ends like an offset.
  if (offset === null || !text.includes(":")) return parseUnixNs(text);
  const local = parseUnixNs(text.slice(0, offset.index));
  if (local === undefined) return undefined;
  const [, sign, hours, minutes] = offset;
  const east = BigInt(Number(hours) * 60 + Number(minutes)) * NS_PER_MINUTE;
  return sign === "-" ? local + east : local - east;
}

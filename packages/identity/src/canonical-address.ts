import { formatIpv4, formatIpv6 } from "@weir/base";

/**
 * An address in the one form in which records carry it: IPv4 dotted, IPv6 after RFC 5952, an IPv4-mapped address as
 * IPv4. People and capture files write addresses in other ways too. Text that is no address comes back as it is.
 */
export function canonicalAddress(text: string): string {
  const bare = text
    .trim()
    .toLowerCase()
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/%.*$/, "");
  if (!bare.includes(":")) return bare;
  const bytes = ipv6Bytes(bare);
  if (bytes === undefined) return bare;
  const isMapped = bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
  return isMapped ? formatIpv4(bytes, 12) : formatIpv6(bytes);
}

/** True where the text is an address and no name. */
export function isAddress(text: string): boolean {
  const bare = text.replace(/^\[(.*)\]$/, "$1");
  return ipv4Groups(bare) !== undefined || (bare.includes(":") && ipv6Bytes(bare) !== undefined);
}

/** An address as 4 or 16 bytes; undefined where the text is none. */
export function addressBytes(text: string): Uint8Array | undefined {
  if (text.includes(":")) return ipv6Bytes(text);
  const groups = ipv4Groups(text);
  return groups && Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
}

/** The 16 bytes of an IPv6 address (RFC 4291, section 2.2); undefined where the text is none. */
function ipv6Bytes(text: string): Uint8Array | undefined {
  const [left = "", right, more] = text.split("::");
  if (more !== undefined) return undefined;
  const head = groupsOf(left);
  const tail = right === undefined ? [] : groupsOf(right);
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (right === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...new Array<number>(missing).fill(0), ...tail];
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
}

function groupsOf(text: string): number[] | undefined {
  if (text === "") return [];
  const groups: number[] = [];
  for (const part of text.split(":")) {
    const embedded = part.includes(".") ? ipv4Groups(part) : undefined;
    if (embedded !== undefined) groups.push(...embedded);
    else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups;
}

/** An IPv4 address as two groups of 16 bits. */
function ipv4Groups(text: string): [number, number] | undefined {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = text.split(".").map(Number);
  if (Math.max(a, b, c, d) > 255) return undefined;
  return [(a << 8) | b, (c << 8) | d];
}

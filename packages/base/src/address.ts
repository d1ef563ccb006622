/** An IPv4 address of 4 bytes as text. */
export function formatIpv4(bytes: Uint8Array, at = 0): string {
  return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`;
}

/** An IPv6 address of 16 bytes as text, in the canonical form of RFC 5952. */
export function formatIpv6(bytes: Uint8Array, at = 0): string {
  const groups: number[] = [];
  for (let index = 0; index < 16; index += 2) {
    groups.push(((bytes[at + index] ?? 0) << 8) | (bytes[at + index + 1] ?? 0));
  }
  if (isIpv4Mapped(groups)) return `::ffff:${formatIpv4(bytes, at + 12)}`;
  const zeros = longestZeroRun(groups);
  if (zeros.length < 2) return groups.map((group) => group.toString(16)).join(":");
  const left = groups.slice(0, zeros.start).map((group) => group.toString(16));
  const right = groups.slice(zeros.start + zeros.length).map((group) => group.toString(16));
  return `${left.join(":")}::${right.join(":")}`;
}

/** `address:port`, with IPv6 in brackets; the address alone where the port is 0: there is none, or several. */
export function formatEndpoint(address: string, port: number): string {
  if (port === 0) return address;
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

function isIpv4Mapped(groups: readonly number[]): boolean {
  return groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = -1;
  for (let index = 0; index <= groups.length; index += 1) {
    if (groups[index] === 0) {
      if (start < 0) start = index;
      continue;
    }
    if (start >= 0 && index - start > best.length) best = { start, length: index - start };
    start = -1;
  }
  return best;
}

import { formatIpv4, formatIpv6 } from "@weir/base";
import { canonicalAddress } from "../canonical-address.ts";

/** One socket of a table of the kernel's (`/proc/net/tcp` and its like). */
export interface Socket {
  readonly localAddress: string;
  readonly localPort: number;
  /** The other end; port 0 where there is none. */
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** True where it waits for connections, or for datagrams of anybody. */
  readonly isListening: boolean;
  /** Bytes that wait to be read; of a socket that waits for connections, those that wait to be accepted. */
  readonly waiting: number;
  /** Number of its file; 0 where no process has it (any more). */
  readonly inode: number;
}

/** State of a listening TCP socket in the table (include/net/tcp_states.h). */
const TCP_LISTEN = 0x0a;
/** Local end, other end, state, what waits to be sent and to be read, and behind four further columns the inode. */
const LINE =
  /^\s*\d+:\s([0-9A-F]+):([0-9A-F]{4})\s([0-9A-F]+):([0-9A-F]{4})\s([0-9A-F]{2})\s[0-9A-F]+:([0-9A-F]+)(?:\s+\S+){4}\s+(\d+)/;

/** The sockets of one table's text, lines that are none left out (man 5 proc, /proc/net/tcp). */
export function parseSocketTable(text: string): Socket[] {
  const sockets: Socket[] = [];
  for (const line of text.split("\n")) {
    const match = LINE.exec(line);
    if (match === null) continue;
    const [, local = "", localPort = "", remote = "", remotePort = "", state = "", waiting = "", inode = ""] = match;
    const other = Number.parseInt(remotePort, 16);
    sockets.push({
      localAddress: addressOf(local),
      localPort: Number.parseInt(localPort, 16),
      remoteAddress: addressOf(remote),
      remotePort: other,
      isListening: Number.parseInt(state, 16) === TCP_LISTEN || other === 0,
      waiting: Number.parseInt(waiting, 16),
      inode: Number(inode),
    });
  }
  return sockets;
}

/** An address as the kernel prints it: words of 32 bits, each in the host's (little-endian) order. */
function addressOf(hex: string): string {
  const bytes = new Uint8Array(hex.length / 2);
  for (let index = 0; index < bytes.length; index += 1) {
    const place = (index & ~3) + (3 - (index & 3));
    bytes[place] = Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16);
  }
  return bytes.length === 4 ? formatIpv4(bytes) : canonicalAddress(formatIpv6(bytes));
}

/** The addresses that a network namespace has itself, of the text of its `/proc/net/fib_trie` and `/proc/net/if_inet6`. */
export function parseOwnAddresses(fibTrie: string, ifInet6: string): ReadonlySet<string> {
  const own = new Set<string>();
  let address = "";
  for (const line of fibTrie.split("\n")) {
    const leaf = /\|--\s(\d+\.\d+\.\d+\.\d+)/.exec(line);
    if (leaf?.[1] !== undefined) address = leaf[1];
    else if (/\/32 host LOCAL/.test(line)) own.add(address);
  }
  for (const line of ifInet6.split("\n")) {
    const [hex = ""] = line.split(" ");
    if (/^[0-9a-f]{32}$/.test(hex)) own.add(canonicalAddress(hex.replace(/(.{4})(?=.)/g, "$1:")));
  }
  return own;
}

import { describe, expect, it } from "vitest";
import { parseOwnAddresses, parseSocketTable } from "./socket-table.ts";

const TCP = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1538 00000000:0000 0A 00000000:00000003 00:00000000 00000000   107        0 18653 1 0000000000000000 100 0 0 10 0
   1: 0B005B0A:9C40 0200000A:01BB 01 00000000:00000000 02:000A9A44 00000000  1000        0 40231 2 0000000000000000 20 4 30 10 -1
   2: 0B005B0A:9C41 0200000A:01BB 06 00000000:00000000 03:00001744 00000000     0        0 0 3 0000000000000000
`;
const TCP6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 777 1 0000000000000000 100 0 0 10 0
   1: 0000000000000000FFFF00000B005B0A:0050 0000000000000000FFFF00000C005B0A:D431 01 00000000:00000000 00:00000000 00000000     0        0 778 1 0000000000000000 20 4 30 10 -1
   2: B80D0120000000000000000001000000:0050 B80D0120000000000000000002000000:D431 01 00000000:00000000 00:00000000 00000000     0        0 779 1 0000000000000000 20 4 30 10 -1
`;

describe("a table of sockets", () => {
  it("says who waits, who is connected with whom, and which file it is", () => {
    expect(parseSocketTable(TCP)).toEqual([
      {
        localAddress: "127.0.0.1",
        localPort: 5432,
        remoteAddress: "0.0.0.0",
        remotePort: 0,
        isListening: true,
        waiting: 3,
        inode: 18_653,
      },
      {
        localAddress: "10.91.0.11",
        localPort: 40_000,
        remoteAddress: "10.0.0.2",
        remotePort: 443,
        isListening: false,
        waiting: 0,
        inode: 40_231,
      },
      {
        localAddress: "10.91.0.11",
        localPort: 40_001,
        remoteAddress: "10.0.0.2",
        remotePort: 443,
        isListening: false,
        waiting: 0,
        inode: 0,
      },
    ]);
  });

  it("has IPv6 in its canonical form, and what is IPv4 as such", () => {
    expect(parseSocketTable(TCP6)).toMatchObject([
      { localAddress: "::", isListening: true, inode: 777 },
      { localAddress: "10.91.0.11", remoteAddress: "10.91.0.12", remotePort: 54_321, inode: 778 },
      { localAddress: "2001:db8::1", remoteAddress: "2001:db8::2", inode: 779 },
    ]);
  });

  it("leaves out what is no socket", () => {
    expect(parseSocketTable("nothing\n\n   0: zz")).toEqual([]);
  });
});

describe("the addresses of a network namespace", () => {
  it("are those that it delivers to itself", () => {
    const trie = `Main:
  +-- 10.91.0.0/24 2 0 2
     |-- 10.91.0.0
        /24 link UNICAST
     |-- 10.91.0.11
        /32 host LOCAL
     |-- 10.91.0.255
        /32 link BROADCAST
`;
    const inet6 =
      "20010db8000000000000000000000001 02 40 00 80     eth0\nfe80000000000000bc43f2fffe93b2cb 02 40 20 80     eth0\n";
    expect([...parseOwnAddresses(trie, inet6)]).toEqual(["10.91.0.11", "2001:db8::1", "fe80::bc43:f2ff:fe93:b2cb"]);
  });
});

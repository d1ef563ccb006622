import { expect, it } from "vitest";
import { parseConntrack } from "./conntrack.ts";

const TEXT = `ipv4     2 tcp      6 431999 ESTABLISHED src=10.1.0.5 dst=10.96.0.10 sport=40000 dport=80 src=10.1.0.6 dst=10.1.0.5 sport=8080 dport=40000 [ASSURED] mark=0 zone=0 use=2
ipv4     2 tcp      6 86400 ESTABLISHED src=10.1.0.5 dst=10.1.0.6 sport=40001 dport=8080 src=10.1.0.6 dst=10.1.0.5 sport=8080 dport=40001 [ASSURED] mark=0 use=1
ipv6     10 udp      17 29 src=fd00:0000:0000:0000:0000:0000:0000:0005 dst=fd00:0000:0000:0000:0000:0000:0000:000a sport=5353 dport=53 [UNREPLIED] src=fd00:0000:0000:0000:0000:0000:0000:0007 dst=fd00:0000:0000:0000:0000:0000:0000:0005 sport=53 dport=5353 mark=0 use=1
ipv4     2 icmp     1 29 src=10.1.0.5 dst=10.96.0.10 type=8 code=0 id=1 src=10.96.0.10 dst=10.1.0.5 type=0 code=0 id=1 mark=0 use=1
nonsense
`;

it("the kernel's table tells who answers for an address that is translated", () => {
  expect(parseConntrack(TEXT)).toEqual([
    {
      transport: "tcp",
      clientAddress: "10.1.0.5",
      clientPort: 40_000,
      askedAddress: "10.96.0.10",
      askedPort: 80,
      answeringAddress: "10.1.0.6",
      answeringPort: 8080,
    },
    {
      transport: "udp",
      clientAddress: "fd00::5",
      clientPort: 5353,
      askedAddress: "fd00::a",
      askedPort: 53,
      answeringAddress: "fd00::7",
      answeringPort: 53,
    },
  ]);
});

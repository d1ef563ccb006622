import type { Dissector } from "../contract.ts";

/** DNS over UDP and TCP. */
export const dns = {
  id: "dns",
  transports: ["udp", "tcp"],
  ports: [53, 5353, 5355],
  specs: ["RFC 1035"],
  limits: { pendingCalls: 256, bufferedBytes: 1 << 17, bodyBytes: 8192 },
  probe: () => "noMatch",
  open: () => ({ data: () => false, gap: () => false, end: () => undefined, close: () => undefined }),
} as const satisfies Dissector<"dns">;

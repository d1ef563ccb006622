import type { Dissector } from "../contract.ts";

/** TLS over TCP. */
export const tls = {
  id: "tls",
  transports: ["tcp"],
  ports: [443],
  specs: ["RFC 8446"],
  limits: { pendingCalls: 1, bufferedBytes: 1 << 17, bodyBytes: 0 },
  probe: () => "noMatch",
  open: () => ({ data: () => false, gap: () => false, end: () => undefined, close: () => undefined }),
} as const satisfies Dissector<"tls">;

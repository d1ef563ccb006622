import type { Dissector, ProbeVerdict } from "../contract.ts";
import { socksRecord } from "./record.ts";
import { MAX_EARLY_BYTES, SocksSession } from "./session.ts";
import {
  MAX_MESSAGE_BYTES,
  readAddressed,
  readGreeting,
  readPassword,
  readRequest4,
  VERSION_4,
  VERSION_5,
} from "./wire.ts";

/** SOCKS 4, 4A and 5 over TCP. What is inside the tunnel is found by its bytes. */
export const socks: Dissector<(typeof socksRecord)["id"]> = {
  id: socksRecord.id,
  transports: ["tcp"],
  ports: [1080],
  specs: [
    "RFC 1928",
    "RFC 1929",
    "https://www.openssh.com/txt/socks4.protocol",
    "https://www.openssh.com/txt/socks4a.protocol",
  ],
  limits: { pendingCalls: 1, bufferedBytes: 2 * (MAX_EARLY_BYTES + MAX_MESSAGE_BYTES), bodyBytes: 0 },
  probe(_direction, bytes) {
    if (bytes[0] === VERSION_5) return probe5(bytes);
    return bytes[0] === VERSION_4 ? probe4(bytes) : "noMatch";
  },
  // What a server says first is not known for it.
  asks: () => true,
  open: (context) => new SocksSession(context),
};

/** A greeting, alone or with what a client may send behind it at once. */
function probe5(bytes: Uint8Array): ProbeVerdict {
  const greeting = readGreeting(bytes);
  if (greeting === undefined || greeting === "needMore") return greeting ?? "noMatch";
  const rest = bytes.subarray(greeting.length);
  if (rest.length === 0) return "match";
  return (rest[0] === 1 ? readPassword(rest) : readAddressed(rest)) === undefined ? "noMatch" : "match";
}

/** A request that is all that the client says before it is answered. */
function probe4(bytes: Uint8Array): ProbeVerdict {
  const request = readRequest4(bytes);
  if (request === undefined || request === "needMore") return request ?? "noMatch";
  return request.length === bytes.length ? "match" : "noMatch";
}

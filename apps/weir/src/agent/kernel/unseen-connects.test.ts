import type { Connection } from "@weir/model";
import { describe, expect, it } from "vitest";
import type { SocketFact } from "./messages.ts";
import { UnseenConnects } from "./unseen-connects.ts";

const SECOND = 1_000_000_000n;
const NOTHING = () => [];
const attempt = (changes: Partial<SocketFact> = {}, namespace = 7): SocketFact => ({
  kind: "failed",
  error: "EHOSTUNREACH",
  atUnixNs: 10n * SECOND,
  ends: {
    transport: "tcp",
    localAddress: "10.0.0.1",
    localPort: 40_000,
    remoteAddress: "10.0.0.2",
    remotePort: 80,
    namespace,
  },
  process: { pid: 5, name: "curl" } as SocketFact["process"],
  ...changes,
});

function after(fact: SocketFact, failedUnixNs = 13n * SECOND): UnseenConnects {
  const unseen = new UnseenConnects(new Set([7]));
  unseen.failed(fact, failedUnixNs);
  return unseen;
}

describe("an attempt to connect that failed", () => {
  it("is told when no packet of it was seen for some seconds, or at the end", () => {
    const unseen = after(attempt());
    expect(unseen.take(14n * SECOND, false, NOTHING)).toEqual([]);
    const [told] = unseen.take(18n * SECOND, false, () => ["firewall X y"]);
    expect(told).toMatchObject({ processName: "curl", error: "EHOSTUNREACH", dropCauses: ["firewall X y"] });
    expect(unseen.take(99n * SECOND, true, NOTHING)).toEqual([]);
    expect(after(attempt()).take(14n * SECOND, true, NOTHING)).toHaveLength(1);
  });

  it("is not told where packets were seen: it has a record", () => {
    const unseen = after(attempt());
    const ends = { clientAddress: "10.0.0.1", clientPort: 40_000, serverAddress: "10.0.0.2", serverPort: 80 };
    unseen.seen({ transport: "tcp", ...ends } as Connection);
    expect(unseen.take(99n * SECOND, true, NOTHING)).toEqual([]);
  });

  it.each([
    ["was refused: somebody answered", attempt({ error: "ECONNREFUSED" }), 13n],
    ["was given up at once, as one of two addresses", attempt({ error: undefined }), 10n],
    ["is of a namespace that is not watched", attempt({}, 8), 13n],
  ])("is not told where it %s", (_, fact, failedAt) => {
    expect(after(fact, failedAt * SECOND).take(99n * SECOND, true, NOTHING)).toEqual([]);
  });
});

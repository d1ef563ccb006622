import type { ClusterChanges } from "@weir/http-contract";
import type { ClusterChange } from "@weir/identity";
import { describe, expect, it } from "vitest";
import type { ClusterAnswer } from "../hub/hub-client.ts";
import { HubsCluster } from "./hubs-cluster.ts";

const put = (key: string): ClusterChange & ClusterChanges["changes"][number] => ({
  kind: "nodes",
  key,
  atUnixMs: 1_000,
  object: { name: key, addresses: [], podNetworks: [], createdUnixMs: 0 },
});
const answer = (words: Partial<ClusterChanges>): ClusterAnswer => ({
  kind: "told",
  changes: {
    run: "first",
    server: "https://api",
    isListed: true,
    isWhole: false,
    reached: 0,
    hasMore: false,
    changes: [],
    ...words,
  },
});

/** Follows a hub that gives these answers, and then none; says what it asked, what it learned and how long it waited. */
async function followed(answers: readonly ClusterAnswer[]) {
  const asked: unknown[] = [];
  const learned: string[] = [];
  const pauses: number[] = [];
  const rest = [...answers];
  let isDry: () => void = () => undefined;
  const dry = new Promise<void>((resolve) => {
    isDry = resolve;
  });
  const hub = {
    async cluster(question: object, signal: AbortSignal): Promise<ClusterAnswer> {
      asked.push(question);
      const next = rest.shift();
      if (next !== undefined) return next;
      isDry();
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      return { kind: "failed", why: "stopped" };
    },
  };
  const cluster = new HubsCluster({
    hub,
    node: "node-1",
    sink: (changes) => learned.push(...changes.map(({ key, object }) => (object ? key : `-${key}`))),
    pause: async (ms) => pauses.push(ms),
    random: () => 0.5,
  });
  cluster.start();
  await dry;
  const { status } = cluster;
  await cluster.stop();
  return { asked, learned, pauses, status };
}

describe("an agent that has the cluster from its hub", () => {
  it("asks for everything, page by page, and then for what comes after it", async () => {
    const { asked, learned, status } = await followed([
      answer({ isWhole: true, reached: 2, hasMore: true, changes: [put("a"), put("b")] }),
      answer({ reached: 3, changes: [put("c")] }),
    ]);
    expect(asked).toEqual([
      { run: "", after: 0, listing: false, node: "node-1" },
      { run: "first", after: 2, listing: true, node: "node-1" },
      { run: "first", after: 3, listing: false, node: "node-1" },
    ]);
    expect(learned).toEqual(["a", "b", "c"]);
    expect(status).toMatchObject({ server: "https://api", isListed: true, isReachable: true });
    expect(status.kinds[0]).toMatchObject({ kind: "nodes", state: "watching", objects: 3, lists: 1 });
  });

  it("takes for gone what a hub that began anew does not have any more, and spreads its questions by chance", async () => {
    const { learned, pauses } = await followed([
      answer({ isWhole: true, reached: 2, changes: [put("a"), put("b")] }),
      answer({ run: "second", isWhole: true, reached: 1, hasMore: true, changes: [put("b")] }),
      answer({ run: "second", reached: 2, changes: [put("c")] }),
    ]);
    expect(learned).toEqual(["a", "b", "b", "c", "-a"]);
    expect(pauses).toEqual([2_500]);
  });

  it("keeps what it knows while the hub is away, says why, and asks ever less often", async () => {
    const away: ClusterAnswer = { kind: "failed", why: "the hub cannot be reached" };
    const { pauses, status } = await followed([answer({ isWhole: true, changes: [put("a")] }), away, away, away]);
    expect(pauses).toEqual([750, 1_500, 3_000]);
    expect(status).toMatchObject({ isListed: true, isReachable: false });
    expect(status.kinds[0]).toMatchObject({ state: "failing", objects: 1, problem: "the hub cannot be reached" });
  });

  it("does not take for whole what the hub itself has not listed yet", async () => {
    const { status } = await followed([answer({ isWhole: true, isListed: false, problem: "503" })]);
    expect(status).toMatchObject({ isListed: false, isReachable: false });
  });
});

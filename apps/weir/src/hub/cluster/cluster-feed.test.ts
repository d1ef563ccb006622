import type { ClusterChange } from "@weir/identity";
import { describe, expect, it } from "vitest";
import { ClusterFeed, type FeedPage } from "./cluster-feed.ts";

const pod = (name: string, node: string | undefined, addresses: readonly string[] = ["10.1.0.5"]) => ({
  uid: name,
  name,
  namespace: "shop",
  labels: {},
  node,
  addresses,
  isHostNetwork: false,
  containers: [],
});
const put = (name: string, node?: string, addresses?: readonly string[]): ClusterChange => ({
  kind: "pods",
  key: name,
  atUnixMs: 1_000,
  object: pod(name, node, addresses),
});
const gone = (name: string): ClusterChange => ({ kind: "pods", key: name, atUnixMs: 2_000 });
const service: ClusterChange = {
  kind: "services",
  key: "orders",
  atUnixMs: 1_000,
  object: { name: "orders", namespace: "shop", addresses: ["10.96.0.1"], createdUnixMs: 0 },
};
/** Who a page tells of; with a minus sign who is gone. */
const told = ({ changes }: FeedPage) =>
  changes.map((text) => JSON.parse(text) as ClusterChange).map(({ key, object }) => (object ? key : `-${key}`));

describe("what a hub tells of its cluster", () => {
  it("is each object once, as it is now, and afterwards what has changed", () => {
    const feed = new ClusterFeed("run");
    feed.take([put("a"), put("b"), put("a", "node-1")]);
    const first = feed.page({ run: "", after: 0 });
    expect([told(first), first.isWhole, first.hasMore]).toEqual([["b", "a"], true, false]);
    const question = { run: "run", after: first.reached };
    expect(feed.hasMoreFor(question)).toBe(false);
    feed.take([gone("b")]);
    expect(feed.hasMoreFor(question)).toBe(true);
    expect(feed.page(question)).toMatchObject({ isWhole: false });
    // Who comes now learns whose the addresses were as well.
    expect(told(feed.page(question))).toEqual(["b", "-b"]);
  });

  it("says nothing of an object that is as it was in all that is kept of it", () => {
    const feed = new ClusterFeed("run");
    expect(feed.take([put("a")])).toBe(true);
    expect(feed.take([{ ...put("a"), atUnixMs: 5_000 }])).toBe(false);
    expect(feed.take([gone("never seen")])).toBe(false);
  });

  it("comes in pages, also where objects change between them", () => {
    const feed = new ClusterFeed("run", { pageObjects: 2 });
    feed.take(["a", "b", "c", "d"].map((name) => put(name)));
    const first = feed.page({ run: "", after: 0 });
    feed.take([put("c", "node-1")]);
    const second = feed.page({ run: "run", after: first.reached, isListing: true });
    expect([told(first), told(second)]).toEqual([
      ["a", "b"],
      ["d", "c"],
    ]);
    expect([first.hasMore, second.hasMore]).toEqual([true, false]);
  });

  it("is of one node where that is asked for: its pods, and what is everybody's", () => {
    const feed = new ClusterFeed("run");
    feed.take([put("here", "node-1"), put("there", "node-2"), put("nowhere"), service]);
    expect(told(feed.page({ run: "", after: 0, node: "node-1" }))).toEqual(["here", "orders"]);
  });

  it("is everything again for who knows another run of the hub, or less than what was forgotten", () => {
    const feed = new ClusterFeed("run", { maxGone: 1 });
    feed.take([put("a"), put("b"), put("c")]);
    const { reached } = feed.page({ run: "", after: 0 });
    feed.take([gone("a"), gone("b")]);
    expect(feed.page({ run: "other", after: reached }).isWhole).toBe(true);
    // That a is gone cannot be told any more: it is missing in the whole.
    const anew = feed.page({ run: "run", after: reached });
    expect([anew.isWhole, told(anew)]).toEqual([true, ["c", "b", "-b"]]);
    expect(feed.page({ run: "run", after: 1, isListing: true }).isWhole).toBe(false);
  });

  it("does not grow with how often objects change", () => {
    const feed = new ClusterFeed("run");
    for (let turn = 0; turn < 5_000; turn += 1) feed.take([put("a", `node-${turn}`)]);
    const page = feed.page({ run: "", after: 0 });
    expect([told(page), page.reached]).toEqual([["a"], 5_000]);
  });
});

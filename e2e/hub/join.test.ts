import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { JoinSummaryJson } from "@weir/http-contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { weir } from "../cli/weir-read.ts";
import { type RunningHub, runHub } from "../running-hub.ts";

interface Exchange {
  readonly class: string;
  readonly reason: string;
  readonly clientSpanId?: string;
  readonly serverSpanId?: string;
  readonly hops: readonly { readonly clientService: string; readonly serverService: string; readonly status: string }[];
  readonly disagreements: readonly { readonly subject: string; readonly end: string; readonly wire: string }[];
  readonly split?: Readonly<Record<string, number>>;
  readonly hints: readonly { readonly callId: string; readonly probability: number }[];
}
interface JoinedTrace {
  readonly rows: readonly { readonly kind: string; readonly service: string; readonly label: string }[];
  readonly exchanges: readonly Exchange[];
}

const folder = mkdtempSync(join(tmpdir(), "weir-join-"));
/** Of four hundred traces of the incident every so manieth is looked at alone; all of them are added up below. */
const EVERY = 3;
/** Asked at once: the engine has more than one thread. */
const AT_ONCE = 4;
let hub: RunningHub;
let traces: readonly JoinedTrace[];
const ask = async <T>(path: string) => (await (await fetch(`${hub.url}${path}`)).json()) as T;

beforeAll(async () => {
  hub = await runHub(folder, "--demo");
  const { items } = await ask<{ items: { traceId: string }[] }>("/api/traces?limit=400");
  const some = items.filter((_, index) => index % EVERY === 0);
  const joined: JoinedTrace[] = [];
  for (let from = 0; from < some.length; from += AT_ONCE) {
    const wires = some
      .slice(from, from + AT_ONCE)
      .map(({ traceId }) => ask<JoinedTrace>(`/api/traces/${traceId}/wire`));
    joined.push(...(await Promise.all(wires)));
  }
  traces = joined;
}, 180_000);
afterAll(async () => {
  await hub.stop();
  rmSync(folder, { recursive: true });
});

/** Exchanges between two services, from the first hop's client to the last hop's server. */
const between = (client: string, server: string) =>
  traces
    .flatMap(({ exchanges }) => exchanges)
    .filter(({ hops }) => hops[0]?.clientService === client && hops.at(-1)?.serverService === server);

describe("the recorded incident, its spans joined with its packets (demo/README.md)", () => {
  it("shows the gateway, which makes no spans, as a hop between those that do", () => {
    const throughGateway = between("frontend", "orders");
    expect(throughGateway.length).toBeGreaterThan(20);
    for (const { hops } of throughGateway)
      expect(hops.map(({ serverService }) => serverService)).toEqual(["gateway", "orders"]);
  });

  it("joins what the server never reported to its client's span alone", () => {
    const toInventory = between("orders", "inventory");
    expect(toInventory.length).toBeGreaterThan(50);
    for (const exchange of toInventory) {
      expect(exchange.clientSpanId).toBeDefined();
      expect(exchange.serverSpanId).toBeUndefined();
    }
  });

  it("finds what payments took for a success: the client had gone", () => {
    const charged = between("orders", "payments").filter(({ class: kind }) => kind === "disagree");
    expect(charged.length).toBeGreaterThan(3);
    expect(charged.flatMap(({ disagreements }) => disagreements)).toContainEqual(
      expect.objectContaining({ subject: "outcome", end: "server", wire: "aborted" }),
    );
  });

  it("tells spans that a cache answered, and offers statements without context by their likelihood", () => {
    const absent = traces.flatMap(({ exchanges }) => exchanges).filter(({ class: kind }) => kind === "spanOnly");
    expect(absent.filter(({ reason }) => reason === "neverSent").length).toBeGreaterThan(5);
    const guessed = absent.filter(({ reason }) => reason === "contextNotSent");
    expect(guessed.length).toBeGreaterThan(20);
    const alone = guessed.filter(({ hints }) => hints.length === 1 && hints[0]?.probability === 1);
    expect(alone.length).toBeGreaterThan(guessed.length / 2);
  });

  it("splits a client's time so that the parts add up to it", () => {
    const parts = ["clientQueueNs", "networkOutNs", "serverNs", "networkBackNs", "clientReadNs"] as const;
    const splits = between("orders", "payments").flatMap(({ split }) => (split === undefined ? [] : [split]));
    expect(splits.length).toBeGreaterThan(10);
    for (const split of splits) for (const part of parts) expect(split[part]).toBeGreaterThanOrEqual(-1e6);
  });

  it("has no trace that neither side knows", async () => {
    expect((await fetch(`${hub.url}/api/traces/${"f".repeat(32)}/wire`)).status).toBe(404);
  });

  it("is added up by edge, service and clock", async () => {
    const summary = await ask<JoinSummaryJson>("/api/join?traces=400");
    expect(summary.traces).toBe(400);
    expect(summary.counts.matched).toBeGreaterThan(900);
    const edge = summary.edges.find(
      ({ clientService, serverService }) => clientService === "orders" && serverService === "inventory",
    );
    expect(edge?.withoutServerSpan).toBe(edge?.classes.matched);
    expect(edge?.reasons).toEqual([{ reason: "neverSent", exchanges: edge?.classes.spanOnly }]);
    expect(summary.services.find(({ service }) => service === "gateway")).toMatchObject({ withSpan: 0 });
    expect(summary.clocks.length).toBeGreaterThan(3);
    const asked = promisify(execFile)(process.execPath, [weir, "join", "--hub", hub.url, "--traces", "400", "--json"]);
    expect(JSON.parse((await asked).stdout)).toEqual(summary);
  });

  it("makes findings that stand among the others, with spans and packets", async () => {
    const found = async () => {
      const { items } = await ask<{ items: JoinSummaryJson["findings"] }>("/api/findings?limit=500");
      return items.filter(({ rule }) => rule.startsWith("join."));
    };
    await expect.poll(async () => (await found()).length, { timeout: 60_000, interval: 1_000 }).toBeGreaterThan(2);
    const findings = await found();
    expect(findings.map(({ title }) => title)).toEqual(
      expect.arrayContaining([
        expect.stringContaining("inventory is not instrumented"),
        'orders → payments: payments reports "unset", the wire says "aborted"',
      ]),
    );
    for (const { findingId, evidence } of findings) {
      expect(evidence.spans?.length).toBeGreaterThan(0);
      expect(evidence.packets.length).toBeGreaterThan(0);
      expect(await ask(`/api/findings/${encodeURIComponent(findingId)}`)).toMatchObject({ findingId });
    }
  }, 90_000);
});

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import * as Sentry from "@sentry/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningHub, runHub } from "../running-hub.ts";
import { receiverAddress, receiverState } from "./telemetry.ts";

describe("what Sentry's own SDK for Node reports", () => {
  const folder = mkdtempSync(join(tmpdir(), "weir-sentry-"));
  let hub: RunningHub;
  let address = "";
  const get = async <T>(path: string) => (await fetch(hub.url + path)).json() as Promise<T>;
  const logs = async (text: string) =>
    (await get<{ items: Record<string, unknown>[] }>(`/api/logs?text=${encodeURIComponent(text)}`)).items;

  beforeAll(async () => {
    hub = await runHub(join(folder, "data"), "--free-receiver-ports");
    address = await receiverAddress(hub.url, "sentry");
  });

  afterAll(async () => {
    await Sentry.close(2_000);
    await hub?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    ["spans that are sent one by one", "stream"],
    ["transactions", "static"],
  ] as const)(
    "exceptions are log records on the trace that they were thrown in; %s are spans",
    async (_, lifecycle) => {
      Sentry.init({
        dsn: `http://public@${address}/42`,
        release: "shop@1.2.3",
        environment: "live",
        tracesSampleRate: 1,
        traceLifecycle: lifecycle,
      });
      const traceId = Sentry.startSpan({ name: `POST /orders by ${lifecycle}`, op: "http.server" }, (root) => {
        Sentry.startSpan({ name: `SELECT stock by ${lifecycle}`, op: "db.query" }, () => undefined);
        Sentry.captureException(new RangeError(`item 4 is out of ${lifecycle} stock`));
        return root.spanContext().traceId;
      });
      Sentry.logger.warn(`${lifecycle} stock is low`);
      expect(await Sentry.flush(10_000)).toBe(true);
      expect(await logs(`item 4 is out of ${lifecycle} stock`)).toMatchObject([
        {
          ...{ service: "shop", severityText: "error", severityNumber: 17, traceId, eventName: "exception" },
          body: `RangeError: item 4 is out of ${lifecycle} stock`,
          attributes: {
            "exception.type": "RangeError",
            "exception.message": `item 4 is out of ${lifecycle} stock`,
            "exception.stacktrace": expect.stringMatching(/^RangeError: item 4 .*\n {4}at .*sentry\.test\.ts:\d+/),
          },
          resourceAttributes: {
            "service.version": "1.2.3",
            "deployment.environment.name": "live",
            "sentry.project": "42",
          },
        },
      ]);
      const { spans: all } = await get<{ spans: Record<string, unknown>[] }>(`/api/traces/${traceId}`);
      // The SDK sees what this test itself asks as well.
      const spans = all.filter(({ operation }) => String(operation).endsWith(lifecycle));
      expect(spans).toMatchObject([
        { kind: "Server", service: "shop", attributes: { "sentry.op": "http.server" } },
        { kind: "Client", parentSpanId: spans[0]?.["spanId"] },
      ]);
      expect(await logs(`${lifecycle} stock is low`)).toMatchObject([
        { service: "shop", severityText: "warn", severityNumber: 13 },
      ]);
      expect((await receiverState(hub.url, "sentry")).turnedAway).toEqual([]);
    },
  );

  it("an older SDK's single event is answered with its id", async () => {
    const body = JSON.stringify({ event_id: "9ec79c33ec9942ab8353589fcb2e04dc", message: "from an older SDK" });
    const answer = await fetch(`http://${address}/api/42/store/`, { method: "POST", body });
    expect([answer.status, await answer.json()]).toEqual([200, { id: "9ec79c33ec9942ab8353589fcb2e04dc" }]);
    expect(await logs("from an older SDK")).toHaveLength(1);
  });

  it("what is no envelope is refused, also where it is so only after decompression", async () => {
    const post = (body: Uint8Array<ArrayBuffer> | string, headers: Record<string, string> = {}) =>
      fetch(`http://${address}/api/42/envelope/`, { method: "POST", body, headers });
    expect((await post("nothing")).status).toBe(400);
    const bomb = gzipSync(Buffer.alloc(64 << 20)) as Uint8Array<ArrayBuffer>;
    expect((await post(bomb, { "content-encoding": "gzip" })).status).toBe(413);
  });
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import type { Answer, ReceiversView } from "@weir/http-contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningHub, runHub } from "../running-hub.ts";
import { receiverAddress, sendOrder } from "./telemetry.ts";

const TRACES = 400;

/** As many traces of one span each, sent by the SDK's usual way. */
async function sendTraces(service: string, url: string): Promise<void> {
  const processor = new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url }), scheduledDelayMillis: 100 });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ "service.name": service }),
    spanProcessors: [processor],
  });
  const tracer = provider.getTracer("shop");
  for (let index = 0; index < TRACES; index += 1) tracer.startSpan("GET /stock").end();
  await provider.shutdown();
}

describe("a hub with a budget for traces", () => {
  const folder = mkdtempSync(join(tmpdir(), "weir-sampling-"));
  let hub: RunningHub;
  const sampling = async () =>
    ((await (await fetch(`${hub.url}/api/receivers`)).json()) as ReceiversView).sampling ?? { waitingTraces: -1 };

  beforeAll(async () => {
    const config = join(folder, "weir.json");
    // What the command line says goes before it.
    writeFileSync(config, JSON.stringify({ sampling: { traceBudget: "20/s", traceWait: "5m" } }));
    hub = await runHub(join(folder, "data"), "--free-receiver-ports", "--config", config, "--trace-wait", "1s");
  }, 60_000);
  afterAll(async () => {
    await hub.stop();
    rmSync(folder, { recursive: true });
  });

  it("keeps what failed and a sample of the rest, and answers with error bars", async () => {
    const url = `http://${await receiverAddress(hub.url, "otlp-http")}/v1/traces`;
    await sendTraces("stock", url);
    const failed = await sendOrder("orders", new OTLPTraceExporter({ url }));
    await expect.poll(async () => (await sampling()).waitingTraces, { timeout: 15_000 }).toBe(0);
    await expect.poll(async () => (await fetch(`${hub.url}/api/traces/${failed}`)).status).toBe(200);

    const question = { record: "span", filter: 'span.service == "stock"', measures: ["count()"] };
    const answer = (await (
      await fetch(`${hub.url}/api/query`, { method: "POST", body: JSON.stringify(question) })
    ).json()) as Answer;
    expect(answer.records).toBeLessThan(TRACES / 2);
    expect(answer.columns.map(({ name }) => name)).toEqual(["count()", "count() ±"]);
    const [count, error] = answer.rows[0] as [number, number];
    expect(Math.abs(count - TRACES)).toBeLessThan(2 * error);
    expect(await sampling()).toMatchObject({
      dropped: { traces: TRACES - answer.records },
      kept: expect.arrayContaining([{ reason: "error", traces: 1, spans: 2 }]),
    });
  });
});

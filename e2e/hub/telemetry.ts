import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { SimpleSpanProcessor, type SpanExporter, TracerProvider } from "@opentelemetry/sdk-trace";
import type { ReceiverState, ReceiversView } from "@weir/http-contract";

/** What a hub says of one of its receivers. */
export async function receiverState(hubUrl: string, name: string): Promise<ReceiverState> {
  const answer = await fetch(`${hubUrl}/api/receivers`);
  const { items } = (await answer.json()) as ReceiversView;
  const state = items.find((item) => item.name === name);
  if (state === undefined) throw new Error(`the hub knows no receiver ${name}`);
  return state;
}

/** Where a hub's receiver listens. */
export async function receiverAddress(hubUrl: string, name: string): Promise<string> {
  const { address } = await receiverState(hubUrl, name);
  if (address === undefined) throw new Error(`the hub does not receive ${name}`);
  return address;
}

/** Sends JSON to one of a hub's receivers; throws where it is not taken. */
export async function postJson(hubUrl: string, receiver: string, path: string, body: object): Promise<void> {
  const answer = await fetch(`http://${await receiverAddress(hubUrl, receiver)}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${receiver} answers ${answer.status}: ${await answer.text()}`);
}

/** What the SDK would say of a request and the query that it failed on, by an exporter; returns when all is sent. */
export async function sendOrder(service: string, exporter: SpanExporter): Promise<string> {
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ "service.name": service, "host.name": "shop-1", cores: 4 }),
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
  });
  const tracer = provider.getTracer("shop", "1.2.3");
  const root = tracer.startSpan("POST /orders", {
    kind: SpanKind.SERVER,
    attributes: { "http.response.status_code": 503 },
  });
  const inRoot = trace.setSpan(ROOT_CONTEXT, root);
  const query = tracer.startSpan(
    "SELECT stock",
    { kind: SpanKind.CLIENT, attributes: { "db.system.name": "postgresql", rows: [1, 2], fast: false, share: 0.5 } },
    inRoot,
  );
  query.addEvent("retry", { attempt: 2 });
  query.setStatus({ code: SpanStatusCode.ERROR, message: "deadlock detected" });
  query.end();
  root.end();
  await provider.shutdown();
  return root.spanContext().traceId;
}

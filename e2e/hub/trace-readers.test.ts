import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readOtlp } from "@weir/receive";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningHub, runHub } from "../running-hub.ts";
import { postJson } from "./telemetry.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const MINUTE_MS = 60_000;
/** The middle of ten whole minutes that have gone by. */
const BEGIN_MS = (Math.floor(Date.now() / MINUTE_MS) - 20) * MINUTE_MS;
const ns = (ms: number) => `${ms}000000`;

const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const span = (
  spanId: string,
  parentSpanId: string,
  name: string,
  kind: number,
  lengthMs: number,
  more: object = {},
) => ({
  traceId: TRACE,
  spanId,
  parentSpanId,
  name,
  kind,
  startTimeUnixNano: ns(BEGIN_MS),
  endTimeUnixNano: ns(BEGIN_MS + lengthMs),
  ...more,
});
const spans = {
  resourceSpans: [
    {
      resource: { attributes: [attribute("service.name", "orders"), attribute("host.name", "h1")] },
      scopeSpans: [{ scope: { name: "shop" }, spans: [span("00f067aa0ba902b7", "", "POST /orders", 3, 250)] }],
    },
    {
      resource: { attributes: [attribute("service.name", "payments")] },
      scopeSpans: [
        {
          scope: { name: "shop" },
          spans: [
            span("00f067aa0ba902b8", "00f067aa0ba902b7", "POST /pay", 2, 200, {
              attributes: [attribute("http.route", "/pay"), attribute("http.response.status_code", "500")],
              status: { code: 2, message: "no money" },
              events: [{ timeUnixNano: ns(BEGIN_MS + 5), name: "retry", attributes: [attribute("attempt", "2")] }],
            }),
          ],
        },
      ],
    },
  ],
};

/** What the tests look at of answers. */
interface Answer {
  readonly data: Readonly<Record<string, unknown>>;
  readonly trace: Readonly<Record<string, unknown>>;
  readonly traces: unknown;
  readonly tagNames: unknown;
  readonly tagValues: unknown;
}

describe("Tempo's and Jaeger's APIs", () => {
  const folder = mkdtempSync(join(tmpdir(), "weir-readers-"));
  let hub: RunningHub;
  const get = async (path: string, parameters: Record<string, string> = {}, headers: Record<string, string> = {}) =>
    fetch(`${hub.url}${path}?${new URLSearchParams(parameters)}`, { headers });
  const json = async (path: string, parameters: Record<string, string> = {}) =>
    (await get(path, parameters)).json() as Promise<Answer>;

  beforeAll(async () => {
    hub = await runHub(join(folder, "data"), "--free-receiver-ports");
    await postJson(hub.url, "otlp-http", "/v1/traces", spans);
  });

  afterAll(async () => {
    await hub?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  describe("Tempo", () => {
    it("answers that it is there", async () => {
      expect(await (await get("/tempo/api/echo")).text()).toBe("echo");
    });

    it("gives a trace in Protocol Buffers, as it was received", async () => {
      const answer = await get(`/tempo/api/traces/${TRACE}`, {}, { accept: "application/protobuf" });
      expect(answer.headers.get("content-type")).toBe("application/protobuf");
      const read = readOtlp("traces", "protobuf", new Uint8Array(await answer.arrayBuffer()));
      const rows = read.kind === "received" ? read.tables.flatMap((table) => table.rows) : [];
      expect(rows).toMatchObject([
        {
          SpanName: "POST /orders",
          ServiceName: "orders",
          ResourceAttributes: { "host.name": "h1" },
          ParentSpanId: "",
        },
        {
          SpanName: "POST /pay",
          SpanKind: "Server",
          StatusCode: "Error",
          StatusMessage: "no money",
          Duration: 200_000_000n,
          SpanAttributes: { "http.route": "/pay" },
          "Events.Name": ["retry"],
        },
      ]);
      expect((await json(`/tempo/api/v2/traces/${TRACE}`)).trace["resourceSpans"]).toHaveLength(2);
      expect((await get("/tempo/api/traces/1234")).status).toBe(404);
    });

    it.each([
      ["{}", 1],
      ['{ resource.service.name = "payments" && span.http.route = "/pay" }', 1],
      ['{ .http.route =~ "/p.*" && status = error && duration > 100ms }', 1],
      ['{ name = "POST /pay" && kind = client }', 0],
      ['{ .http.route = "/other" || name = "POST /orders" }', 1],
      ["{ duration > 1s }", 0],
      ['{ resource.service.name = "orders" } && { status = error }', 1],
      ['{ resource.service.name = "orders" } && { name = "GET /stock" }', 0],
      ['{ name = "GET /stock" } || { name = "POST /pay" }', 1],
      ['{ name = "POST /orders" } > { name = "POST /pay" }', 1],
      ['{ name = "POST /pay" } > { name = "POST /orders" }', 0],
      ['{ name = "POST /pay" } < { name = "POST /orders" }', 1],
      ['{ name = "POST /orders" } >> { status = error }', 1],
      ["{ status = error } >> { }", 0],
      ["{ status = error } << { }", 1],
    ])("finds by %s %d trace", async (q, expected) => {
      const { traces } = await json("/tempo/api/search", { q, limit: "10" });
      expect(traces).toHaveLength(expected);
      if (expected > 0)
        expect(traces).toMatchObject([
          { traceID: TRACE, rootServiceName: "orders", rootTraceName: "POST /orders", durationMs: 250 },
        ]);
    });

    it("finds by tags, lists tags and values, and refuses what it does not know", async () => {
      expect(
        (await json("/tempo/api/search", { tags: 'service.name=payments http.route="/pay"' })).traces,
      ).toHaveLength(1);
      expect((await json("/tempo/api/search/tags")).tagNames).toEqual(
        expect.arrayContaining(["http.route", "host.name"]),
      );
      expect((await json("/tempo/api/v2/search/tag/.http.route/values")).tagValues).toEqual([
        { type: "string", value: "/pay" },
      ]);
      expect((await json("/tempo/api/search/tag/service.name/values")).tagValues).toEqual(["orders", "payments"]);
      const values = async (tag: string, more: Record<string, string> = {}) =>
        (await json(`/tempo/api/v2/search/tag/${tag}/values`, more)).tagValues;
      for (const tag of ["name", "span:name"])
        expect(await values(tag)).toEqual([
          { type: "string", value: "POST /orders" },
          { type: "string", value: "POST /pay" },
        ]);
      expect(await values("rootServiceName")).toEqual([{ type: "string", value: "orders" }]);
      expect(await values("trace:rootName")).toEqual([{ type: "string", value: "POST /orders" }]);
      expect(await values("statusMessage")).toEqual([{ type: "string", value: "no money" }]);
      expect(await values("span:status", { limit: "1" })).toEqual([{ type: "keyword", value: "error" }]);
      expect(await values("duration")).toEqual([]);
      const { scopes } = (await (await get("/tempo/api/v2/search/tags", { scope: "none" })).json()) as {
        scopes: { name: string; tags: string[] }[];
      };
      expect(scopes.map(({ name }) => name)).toEqual(["resource", "span", "intrinsic"]);
      const { scopes: only } = (await (await get("/tempo/api/v2/search/tags", { scope: "span" })).json()) as {
        scopes: { name: string; tags: string[] }[];
      };
      expect(only).toEqual([{ name: "span", tags: expect.arrayContaining(["http.route"]) }]);
      expect((await get("/tempo/api/search", { q: "{ } >> { } >> { }" })).status).toBe(400);
      expect((await get("/tempo/api/search", { q: "{ span.x > 5 }" })).status).toBe(400);
    });
  });

  describe("Jaeger", () => {
    it("lists services, what they do, and who calls whom", async () => {
      expect(await json("/jaeger/api/services")).toMatchObject({
        data: ["orders", "payments"],
        total: 2,
        errors: null,
      });
      expect((await json("/jaeger/api/services/payments/operations")).data).toEqual(["POST /pay"]);
      expect((await json("/jaeger/api/operations", { service: "payments" })).data).toEqual([
        { name: "POST /pay", spanKind: "server" },
      ]);
      expect((await json("/jaeger/api/dependencies", { endTs: String(Date.now()) })).data).toEqual([
        { parent: "orders", child: "payments", callCount: 1 },
      ]);
    });

    it("gives a trace with processes, tags and logs", async () => {
      const { data } = await json(`/jaeger/api/traces/${TRACE}`);
      expect(data).toMatchObject([
        {
          traceID: TRACE,
          spans: [
            {
              operationName: "POST /orders",
              startTime: BEGIN_MS * 1000,
              duration: 250_000,
              references: [],
              processID: "p1",
            },
            {
              spanID: "00f067aa0ba902b8",
              references: [{ refType: "CHILD_OF", traceID: TRACE, spanID: "00f067aa0ba902b7" }],
              tags: expect.arrayContaining([{ key: "error", type: "bool", value: true }]),
              logs: [
                {
                  fields: [
                    { key: "event", value: "retry" },
                    { key: "attempt", value: "2" },
                  ],
                },
              ],
              processID: "p2",
            },
          ],
          processes: { p1: { serviceName: "orders", tags: [{ key: "host.name", value: "h1" }] } },
        },
      ]);
    });

    it("searches", async () => {
      const search = async (more: Record<string, string>) =>
        (await json("/jaeger/api/traces", { service: "payments", ...more })).data;
      expect(await search({})).toHaveLength(1);
      expect(await search({ tags: '{"http.route":"/pay","error":"true"}', minDuration: "100ms" })).toHaveLength(1);
      expect(await search({ operation: "GET /" })).toEqual([]);
      expect(await search({ maxDuration: "10ms" })).toEqual([]);
      expect(await search({ start: "1", end: "1000" })).toEqual([]);
      expect((await get("/jaeger/api/traces", { service: "payments", tags: "x=y" })).status).toBe(400);
      expect((await get("/jaeger/api/traces/12")).status).toBe(404);
    });
  });
});

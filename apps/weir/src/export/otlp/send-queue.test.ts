import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import { otlpAnswer, rpcStatus } from "@weir/receive";
import { describe, expect, it, onTestFinished } from "vitest";
import { ExportCounts } from "../counts.ts";
import { httpTransport, retryAfterMs } from "./http-transport.ts";
import { SendQueue } from "./send-queue.ts";
import type { Transport } from "./transport.ts";

type Respond = (response: ServerResponse, path: string) => void;

/** A receiver of OTLP/HTTP that answers in this order, and a queue that sends to it in no time. */
async function sendingTo(...answers: readonly Respond[]) {
  const bodies: string[] = [];
  const waits: number[] = [];
  const lines: string[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      bodies.push(gunzipSync(Buffer.concat(chunks)).toString());
      answers[Math.min(bodies.length, answers.length) - 1]?.(response, request.url ?? "");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  let nowMs = 0;
  const clock = {
    now: () => nowMs,
    random: () => 0.5,
    sleep: (ms: number) => {
      waits.push(ms);
      nowMs += ms;
      return Promise.resolve();
    },
  };
  const counts = new ExportCounts();
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/otel/`);
  const log = (line: string) => void lines.push(line.replace(url.href, "URL"));
  const queue = new SendQueue({ signal: "traces", transport: httpTransport(url, {}), counts, clock, log });
  const send = (text: string, items = 10) => queue.add(items, new Uint8Array(Buffer.from(text)));
  const settled = () => expect.poll(() => counts.waiting).toBe(0);
  return { queue, send, settled, counts, bodies, waits, lines };
}

const ok: Respond = (response) => void response.end();
const partly: Respond = (response) =>
  void response.end(otlpAnswer("traces", "protobuf", { items: 3, message: "too old" }));
const saying =
  (status: number, headers: Record<string, string> = {}): Respond =>
  (response) => {
    const message = "not now";
    response.writeHead(status, headers).end(rpcStatus({ code: 14, message }, "protobuf"));
  };

describe("requests on their way to a receiver of OTLP", () => {
  it("arrive in order, under the signal's path", async () => {
    const paths: string[] = [];
    const { send, settled, counts, bodies } = await sendingTo((response, path) => {
      paths.push(path);
      response.end();
    });
    for (const text of ["a", "b", "c"]) send(text);
    await settled();
    expect([bodies, paths[0], counts.view().sent]).toEqual([["a", "b", "c"], "/otel/v1/traces", 30]);
  });

  it("are sent again: after growing pauses, or when the receiver says", async () => {
    const busy = saying(429, { "retry-after": "7" });
    const { send, settled, counts, bodies, waits, lines } = await sendingTo(saying(503), saying(502), busy, ok);
    send("a");
    await settled();
    expect([bodies, waits]).toEqual([
      ["a", "a", "a", "a"],
      [500, 1_000, 7_000],
    ]);
    expect(counts.view()).toMatchObject({ sent: 10, drops: [], lastError: { message: "it answered 429: not now" } });
    expect(counts.view()).not.toHaveProperty("problem");
    expect(lines).toEqual(["URL does not take traces: it answered 503: not now", "URL takes traces"]);
  });

  it("are lost where they are refused, and in part where a part of them is; all of it is counted", async () => {
    const { send, settled, counts } = await sendingTo(saying(400), partly);
    send("a");
    send("b");
    await settled();
    expect(counts.view()).toMatchObject({
      sent: 7,
      drops: [
        { reason: "refused", items: 10, example: "it answered 400: not now" },
        { reason: "rejected", items: 3, example: "too old" },
      ],
    });
  });

  it("are given up after five minutes, and at the program's end", async () => {
    const { send, settled, counts, waits } = await sendingTo(saying(503));
    send("a");
    await settled();
    expect(counts.view().drops).toMatchObject([{ reason: "gaveUp", items: 10 }]);
    expect(waits.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(300_000);
    const { queue, send: sendMore, counts: others } = await sendingTo(() => undefined);
    sendMore("b");
    await queue.stop(Promise.resolve());
    expect(others.view()).toMatchObject({ waiting: 0, drops: [{ reason: "stopped", items: 10 }] });
  });

  it("wait in limited memory: what comes beyond it is lost", async () => {
    const counts = new ExportCounts();
    const transport: Transport = {
      target: "a receiver that never answers",
      prepare: (body) => body,
      send: () => new Promise(() => undefined),
      close: () => undefined,
    };
    const clock = { now: () => 0, random: () => 0, sleep: () => Promise.resolve() };
    const queue = new SendQueue({ signal: "logs", transport, counts, clock, log: () => undefined });
    for (let at = 0; at < 9; at += 1) queue.add(5, new Uint8Array(1 << 20));
    expect(counts.view()).toMatchObject({ waiting: 40, drops: [{ reason: "queueFull", items: 5 }] });
    await queue.stop(Promise.resolve());
  });
});

describe("Retry-After", () => {
  it("is seconds, or a date", () => {
    const nowMs = Date.parse("2026-01-01T00:00:00Z");
    expect(
      ["120", "Thu, 01 Jan 2026 00:00:30 GMT", "Wed, 31 Dec 2025 00:00:00 GMT", "soon", null].map((text) =>
        retryAfterMs(text, nowMs),
      ),
    ).toEqual([120_000, 30_000, 0, undefined, undefined]);
  });
});

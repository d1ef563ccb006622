import { readFileSync } from "node:fs";
import { Direction } from "@weir/model";
import { type End, ScriptedCapture } from "@weir/wire/testing";
import { describe, expect, it } from "vitest";
import { parseTranscript } from "../../packages/protocols/src/testing/transcript.ts";
import { records, run, temporaryFolder } from "./weir-read.ts";

const protocols = new URL("../../packages/protocols/src/", import.meta.url);
const { write } = temporaryFolder();
const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736 00f067aa0ba902b7";
/** Writes recorded conversations with one server, each from a client of its own and one second after the other, as a capture; reads it. */
function read(protocol: string, ...names: readonly string[]) {
  const capture = new ScriptedCapture();
  for (const [index, name] of names.entries()) {
    const path = new URL(`${protocol}/fixtures/${name}.transcript`, protocols);
    const { events, serverPort } = parseTranscript(readFileSync(path, "utf8"));
    const client: End = `10.0.0.${index + 1}:${40_000 + index}`;
    capture.nowNs = index * 1e9;
    const tcp = capture.tcp(client, `10.0.1.1:${serverPort}`).handshake();
    const startNs = capture.nowNs;
    for (const event of events) {
      if (event.kind !== "data") continue;
      capture.nowNs = startNs + event.mark.atNs;
      tcp.send(event.direction === Direction.toServer ? "client" : "server", event.bytes);
    }
    tcp.close();
  }
  const file = write(`${protocol}-${names[0]}.pcap`, capture.toPcap());
  const all = records(run([file, "--json"]).stdout);
  const calls = new Map(all.map((record) => [record["callId"], record]));
  return all
    .filter(({ kind }) => kind === "delivery")
    .map((delivery) => ({
      evidence: delivery["evidence"],
      key: delivery["key"],
      grade: delivery["grade"],
      queueNs: Number(delivery["queueNs"]),
      published: operationOf(calls.get(delivery["publishCallId"])),
      delivered: operationOf(calls.get(delivery["consumeCallId"])),
    }));
}

const operationOf = (call: Readonly<Record<string, unknown>> | undefined) =>
  `${call?.["operation"]} ${call?.["target"]}`;

describe("messages from who published to who consumed them, as real brokers pass them on", () => {
  it("RabbitMQ: by the message's id", () => {
    expect(read("amqp", "confirms-and-acknowledgements")).toMatchObject([
      {
        evidence: "messageId",
        key: "m-17",
        grade: "whole",
        published: "basic.publish shop:order.new",
        delivered: "basic.deliver shop:order.new",
      },
    ]);
  });

  it("RabbitMQ: request and reply by their correlation id, each to its own queue, and said to be weak", () => {
    const links = read("amqp", "request-and-reply");
    expect(links).toHaveLength(2);
    for (const { evidence, grade, published, delivered } of links) {
      expect([evidence, grade]).toEqual(["correlationId", "partial"]);
      expect(published.split(" ")[1]).toBe(delivered.split(" ")[1]);
    }
  });

  it("JetStream: by the number in its stream, each time that it was handed out", () => {
    expect(read("nats", "jetstream")).toMatchObject([
      {
        evidence: "position",
        key: "ORDERS 1",
        grade: "whole",
        published: "HPUB orders.new",
        delivered: "HMSG orders.new",
      },
      {
        evidence: "position",
        key: "ORDERS 1",
        grade: "whole",
        published: "HPUB orders.new",
        delivered: "HMSG orders.new",
      },
    ]);
  });

  it.each([
    ["nats", "request-and-reply", "HPUB prices.apple", "HMSG prices.apple"],
    ["mqtt", "properties", "PUBLISH shop/replies/7", "PUBLISH shop/replies/7"],
    ["stomp", "receipts-and-acknowledgements", "SEND /queue/orders", "MESSAGE /queue/orders"],
  ])("%s, %s: by the trace context that the message carries", (protocol, name, published, delivered) => {
    expect(read(protocol, name)).toContainEqual(
      expect.objectContaining({ evidence: "traceContext", key: TRACE, grade: "whole", published, delivered }),
    );
  });

  it("Kafka: a fetch by the offsets of what it brings, from another connection", () => {
    const links = read("kafka", "produce", "consume");
    const byPosition = links.filter(({ evidence }) => evidence === "position");
    expect(byPosition.map(({ key }) => key)).toEqual(["orders/3 0", "orders/3 1"]);
    for (const { published, delivered, queueNs } of byPosition) {
      expect([published, delivered]).toEqual(["Produce orders", "Fetch orders"]);
      expect(queueNs).toBeGreaterThan(0.9e9);
    }
  });
});

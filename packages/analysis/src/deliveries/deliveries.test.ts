import { NS_PER_MS } from "@weir/base";
import type { Call, Delivery } from "@weir/model";
import { describe, expect, it } from "vitest";
import { at, call } from "../testing/records.ts";
import { DeliveryLinker } from "./linker.ts";

/** What a linker says of calls, in that order. */
function linked(...calls: readonly Call[]): Delivery[] {
  const deliveries: Delivery[] = [];
  const linker = new DeliveryLinker((delivery) => deliveries.push(delivery));
  for (const each of calls) linker.call(each);
  return deliveries;
}

const BROKER = { protocol: "amqp", serverService: "rabbit", serverPort: 5672, serverAddress: "10.0.0.9" } as const;
type Changes = Partial<Omit<Call, "attributes">> & { readonly attributes?: Readonly<Record<string, string>> };

/** A publish that begins at a second, and is on the wire for 1 ms. */
const publish = (seconds: number, { attributes, ...changes }: Changes = {}) =>
  call({
    ...BROKER,
    clientService: "orders",
    startedAt: at(seconds),
    ...changes,
    attributes: { "messaging.operation.type": "send", "messaging.destination.name": "new-orders", ...attributes },
  });
/** A delivery that the broker begins at a second. */
const deliver = (seconds: number, { attributes, ...changes }: Changes = {}) =>
  call({
    ...BROKER,
    clientService: "billing",
    startedAt: at(seconds),
    ...changes,
    attributes: {
      "messaging.operation.type": "process",
      "weir.call.initiator": "server",
      "messaging.destination.name": "new-orders",
      ...attributes,
    },
  });
const id = (value: string) => ({ attributes: { "messaging.message.id": value } });
const trace = (span: string) => ({ traceId: "a".repeat(32), parentSpanId: span.repeat(16) });

describe("messages", () => {
  it("are linked by their id, with the time from the publish's last byte to the delivery's first", () => {
    const [sent, taken] = [publish(1, id("m-1")), deliver(3, id("m-1"))];
    expect(linked(sent, taken)).toEqual([
      {
        captureId: "capture",
        deliveryId: `${sent.callId}-to-${taken.callId}`,
        publishCallId: sent.callId,
        consumeCallId: taken.callId,
        protocol: "amqp",
        destination: "new-orders",
        clientService: "orders",
        serverService: "rabbit",
        serverPort: 5672,
        consumerService: "billing",
        startedAt: at(1.001),
        queueNs: 1_999 * NS_PER_MS,
        evidence: "messageId",
        key: "m-1",
        candidates: 1,
        grade: "whole",
        gradeReasons: [],
      },
    ]);
  });

  it("are linked as well where the publish is answered after the delivery", () => {
    const [sent, taken] = [publish(1, id("m-1")), deliver(1.5, id("m-1"))];
    expect(linked(taken, sent)).toMatchObject([{ publishCallId: sent.callId, queueNs: 499 * NS_PER_MS }]);
  });

  it("are linked with every consumer that they were delivered to", () => {
    const consumers = [deliver(2, id("m-1")), deliver(3, id("m-1")), deliver(4, id("m-1"))];
    expect(linked(publish(1, id("m-1")), ...consumers).map(({ consumeCallId }) => consumeCallId)).toEqual(
      consumers.map(({ callId }) => callId),
    );
  });

  it("are linked with 64 consumers at most", () => {
    const consumers = Array.from({ length: 100 }, (_, index) => deliver(2 + index, id("m-1")));
    expect(linked(publish(1, id("m-1")), ...consumers)).toHaveLength(64);
  });

  it("are not linked where they were delivered before they were published, nor between protocols", () => {
    expect(linked(publish(5, id("m-1")), deliver(4, id("m-1")))).toEqual([]);
    expect(linked(publish(1, id("m-1")), deliver(2, { ...id("m-1"), protocol: "stomp" }))).toEqual([]);
  });
});

describe("evidence", () => {
  it("is the trace context where there is no id: the same span, not only the same trace", () => {
    const [link] = linked(publish(1, trace("b")), deliver(2, trace("b")));
    expect(link).toMatchObject({
      evidence: "traceContext",
      key: `${"a".repeat(32)} ${"b".repeat(16)}`,
      grade: "whole",
    });
  });

  it("is weak where only the trace is the same, and the grade says so", () => {
    const [link] = linked(publish(1, trace("b")), deliver(2, trace("c")));
    expect(link).toMatchObject({ evidence: "sameTrace", grade: "partial", gradeReasons: ["weakEvidence"] });
  });

  it("says of how many calls it is one, where several published with the same key", () => {
    const links = linked(publish(1, trace("b")), publish(2, trace("b")), deliver(3, trace("b")));
    expect(links).toMatchObject([
      { candidates: 2, gradeReasons: ["weakEvidence"] },
      { candidates: 2, gradeReasons: ["weakEvidence"] },
    ]);
    const many = Array.from({ length: 5 }, (_, index) => publish(index, trace("b")));
    expect(linked(...many, deliver(9, trace("b")))).toEqual([]);
  });

  it("of a correlation id counts for one destination only: the reply has the same", () => {
    const asked = { attributes: { "messaging.message.conversation_id": "c-1" } };
    const reply = {
      attributes: { "messaging.message.conversation_id": "c-1", "messaging.destination.name": "replies" },
    };
    const calls = [publish(1, asked), deliver(2, asked), publish(3, reply), deliver(4, reply)] as const;
    expect(
      linked(...calls).map(({ publishCallId, consumeCallId, evidence }) => [publishCallId, consumeCallId, evidence]),
    ).toEqual([
      [calls[0].callId, calls[1].callId, "correlationId"],
      [calls[2].callId, calls[3].callId, "correlationId"],
    ]);
  });

  it("of an id is weak where another broker delivers to another destination", () => {
    const other = deliver(2, {
      serverService: "other",
      attributes: { "messaging.message.id": "1", "messaging.destination.name": "x" },
    });
    expect(linked(publish(1, id("1")), other)).toMatchObject([{ evidence: "messageId", grade: "partial" }]);
  });
});

describe("positions", () => {
  const kafka = { ...BROKER, protocol: "kafka", serverService: "kafka" };
  const at = (positions: string) => ({ "weir.messaging.positions": positions });
  const fetch = (seconds: number, positions: string) =>
    deliver(seconds, {
      ...kafka,
      requestNs: 0,
      waitNs: 500 * NS_PER_MS,
      attributes: { ...at(positions), "messaging.operation.type": "receive", "weir.call.initiator": "" },
    });

  it("link a fetch with every publish whose offsets it has, counted from when its answer began", () => {
    const sent = ["orders/0:0-1", "orders/0:2-2", "orders/1:0-9", "orders/0:3-7"].map((positions, index) =>
      publish(index / 10, { ...kafka, attributes: at(positions) }),
    );
    const links = linked(...sent, fetch(2, "orders/0:1-4"));
    expect(links.map(({ publishCallId, key }) => [publishCallId, key])).toEqual([
      [sent[3]?.callId, "orders/0 3"],
      [sent[1]?.callId, "orders/0 2"],
      [sent[0]?.callId, "orders/0 1"],
    ]);
    expect(links[0]).toMatchObject({
      evidence: "position",
      grade: "whole",
      queueNs: 2_500 * NS_PER_MS - 301 * NS_PER_MS,
    });
  });

  it("link a publish that is answered after the fetch", () => {
    expect(linked(fetch(1, "orders/0:5-5"), publish(0.5, { ...kafka, attributes: at("orders/0:5-5") }))).toMatchObject([
      { key: "orders/0 5", evidence: "position" },
    ]);
  });

  it("of a stream of JetStream link by its number", () => {
    const jetStream = { "weir.nats.jetstream.stream": "ORDERS", "weir.nats.jetstream.sequence": "7" };
    const nats = { ...BROKER, protocol: "nats", attributes: jetStream };
    expect(linked(publish(1, nats), deliver(2, nats))).toMatchObject([{ evidence: "position", key: "ORDERS 7" }]);
  });
});

describe("what is remembered", () => {
  it("is bounded: the oldest keys are forgotten", () => {
    const calls = Array.from({ length: 20_001 }, (_, index) => publish(1, id(`m-${index}`)));
    expect(linked(...calls, deliver(2, id("m-0")))).toEqual([]);
    expect(linked(...calls, deliver(2, id("m-20000")))).toHaveLength(1);
  });
});

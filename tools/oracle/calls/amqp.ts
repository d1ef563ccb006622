import type { Call } from "@weir/model";
import { methodNamed } from "../../../packages/protocols/src/amqp/methods.ts";
import type { CallComparison, FactsEvent } from "./comparison.ts";
import { valuesOf } from "./comparison.ts";

interface Statement {
  readonly fact: string;
  readonly value: string;
}

const METHOD = "amqp.method";
const ARGUMENTS = {
  exchange: "amqp.method.arguments.exchange",
  routingKey: "amqp.method.arguments.routing_key",
  queue: "amqp.method.arguments.queue",
  replyCode: "amqp.method.arguments.reply_code",
} as const;
const HEARTBEAT = "8";

/** Answers that have another name than their question. */
const OTHER_ANSWERS: Readonly<Record<string, string>> = {
  ack: "basic.ack",
  nack: "basic.nack",
  reject: "basic.reject",
  "get-empty": "basic.get-empty",
};

/** AMQP 0-9-1: every method by its numbers, exchanges, routing keys, queues and reply codes; heartbeats. */
export const amqp: CallComparison = {
  events: ["amqp"],
  protocols: ["amqp"],
  fromEvent: (event) => [
    ...methodsOf(event),
    ...Object.values(ARGUMENTS).flatMap((fact) => valuesOf(event, fact).map((value) => ({ fact, value }))),
    ...valuesOf(event, "amqp.type")
      .filter((type) => type === HEARTBEAT)
      .map((value) => ({ fact: "amqp.type", value })),
  ],
  fromCall: (call) => [
    ...requestSaid(call).map((said) => ({ ...said, frame: call.requestPackets[1] })),
    ...answerSaid(call).map((said) => ({ ...said, frame: call.responsePackets[1] })),
  ],
};

function methodsOf(event: FactsEvent): readonly Statement[] {
  const methods = valuesOf(event, "amqp.method.method");
  return valuesOf(event, "amqp.method.class").map((classId, index) => ({
    fact: METHOD,
    value: `${classId}.${methods[index] ?? ""}`,
  }));
}

/** Methods whose first name is a queue's. */
const OF_QUEUES = /^queue\.|^basic\.(consume|get)$/;

function requestSaid({ operation, target, attributes, requestBytes }: Call): readonly Statement[] {
  if (requestBytes === 0) return [];
  if (operation === "heartbeat") return [{ fact: "amqp.type", value: HEARTBEAT }];
  const said = [method(operation)];
  // An answer may have named these: then the question did not.
  const isFetch = operation === "basic.get";
  const { "weir.amqp.exchange": exchange, "messaging.rabbitmq.destination.routing_key": key } = attributes;
  if (exchange !== undefined && !isFetch) said.push({ fact: ARGUMENTS.exchange, value: exchange });
  if (key !== undefined && !isFetch) said.push({ fact: ARGUMENTS.routingKey, value: key });
  if (OF_QUEUES.test(operation)) said.push({ fact: ARGUMENTS.queue, value: target });
  const code = attributes["weir.amqp.reply_code"];
  if (code !== undefined) said.push({ fact: ARGUMENTS.replyCode, value: code });
  return said;
}

function answerSaid({ operation, statusCode, attributes, responseBytes }: Call): readonly Statement[] {
  const isAnsweredByOther =
    attributes["weir.amqp.settled_with"] !== undefined || attributes["weir.amqp.failed_by"] !== undefined;
  if (responseBytes === 0 || isAnsweredByOther) return [];
  const said = [method(OTHER_ANSWERS[statusCode] ?? `${operation}-ok`)];
  const queue = attributes["weir.amqp.queue"];
  if (operation === "queue.declare" && queue !== undefined) said.push({ fact: ARGUMENTS.queue, value: queue });
  return said;
}

function method(name: string): Statement {
  const { classId, methodId } = methodNamed(name) ?? {};
  return { fact: METHOD, value: `${classId}.${methodId}` };
}

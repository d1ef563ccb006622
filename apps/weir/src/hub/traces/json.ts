import type { JoinedExchange, TraceNode } from "@weir/analysis";
import { formatUnixNs } from "@weir/base";
import type { JoinedExchangeJson, JoinedRow, JoinedTrace } from "@weir/http-contract";
import { type Call, JOIN_CLASSES } from "@weir/model";

/** How many exchanges are of each class. */
export function countsOf(exchanges: readonly JoinedExchange[]): JoinedTrace["counts"] {
  const counts = Object.fromEntries(JOIN_CLASSES.map((name) => [name, 0])) as JoinedTrace["counts"];
  for (const exchange of exchanges) counts[exchange.class] += 1;
  return counts;
}

/** An exchange with ids where the join has records. */
export function exchangeJson(exchange: JoinedExchange): JoinedExchangeJson {
  const { clientSpan, serverSpan, hops, disagreements, split, connectionIds, hints } = exchange;
  return {
    class: exchange.class,
    reason: exchange.reason,
    ...(clientSpan && { clientSpanId: clientSpan.spanId }),
    ...(serverSpan && { serverSpanId: serverSpan.spanId }),
    hops: hops.map(({ atClient, views }) => ({
      callIds: [atClient, ...views.filter((view) => view !== atClient)].map(({ callId }) => callId),
      clientService: atClient.clientService,
      serverService: atClient.serverService,
      protocol: atClient.protocol,
      operation: atClient.operation,
      target: atClient.target,
      status: atClient.status,
      statusCode: atClient.statusCode,
      startedAt: formatUnixNs(atClient.startedAt),
      ...(atClient.durationNs !== undefined && { durationNs: atClient.durationNs }),
    })),
    attempt: exchange.attempt,
    attempts: exchange.attempts,
    disagreements: [...disagreements],
    ...(split && { split: { ...split, clocks: [...split.clocks] } }),
    connectionIds: [...connectionIds],
    hints: hints.map(({ call, probability }) => ({ callId: call.callId, probability })),
  };
}

/** A row of the joined trace. */
export function rowJson(node: TraceNode, exchanges: readonly JoinedExchange[]): JoinedRow {
  const { kind, depth } = node;
  switch (node.kind) {
    case "span": {
      const { span, exchange } = node;
      return {
        kind,
        depth,
        spanId: span.spanId,
        ...(exchange && { exchange: exchanges.indexOf(exchange) }),
        service: span.serviceName,
        label: span.name,
        startedAt: formatUnixNs(span.startedAt),
        durationNs: span.durationNs,
        isFailed: span.status === "error",
      };
    }
    case "hop":
      return {
        kind,
        depth,
        ...callRow(node.hop.atClient),
        exchange: exchanges.indexOf(node.exchange),
      };
    case "hint":
      return { kind, depth, ...callRow(node.hint.call), probability: node.hint.probability };
    default:
      return node satisfies never;
  }
}

function callRow(call: Call): Omit<JoinedRow, "kind" | "depth"> {
  return {
    callId: call.callId,
    service: `${call.clientService} → ${call.serverService}`,
    label: `${call.operation} ${call.target}`.trim(),
    startedAt: formatUnixNs(call.startedAt),
    durationNs: call.durationNs ?? call.requestNs + (call.abandonedAfterNs ?? 0),
    isFailed: call.status !== "ok" && call.status !== "unknown",
  };
}

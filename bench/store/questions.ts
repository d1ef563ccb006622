import { DAY } from "./fill.ts";

/** A question that the console asks. */
export interface ConsoleQuestion {
  readonly name: string;
  readonly path: string;
  /** Sent with POST where present. */
  readonly body?: object;
}

const HOUR = { from: "2026-03-02T12:00:00Z", to: "2026-03-02T13:00:00Z" } as const;
const query = (parts: Readonly<Record<string, string>>) => new URLSearchParams(parts).toString();
const ask = (name: string, body: object): ConsoleQuestion => ({ name, path: "/api/query", body });

/** What the console asks when somebody looks at its pages, over the last hour and over the day. `traceId` is one that exists. */
export function consoleQuestions(traceId: string): readonly ConsoleQuestion[] {
  return [
    { name: "map, one hour", path: `/api/map?${query(HOUR)}` },
    { name: "map, 24 h", path: `/api/map?${query(DAY)}` },
    {
      name: "map, one hour, filtered",
      path: `/api/map?${query({ ...HOUR, filter: 'server.service == "service-3"' })}`,
    },
    { name: "connections, newest 100", path: "/api/connections?limit=100" },
    {
      name: "connections of one client, 24 h",
      path: `/api/connections?${query({ filter: 'client.address == "10.0.1.17"', limit: "100" })}`,
    },
    {
      name: "connections, most retransmissions",
      path: `/api/connections?${query({ filter: "tcp.serverRetransmissions > 0", sort: "retransmissions", limit: "100" })}`,
    },
    ask("connections per service and minute, one hour, p50 p95 p99 of round trips", {
      ...{ record: "connection", ...HOUR, bucket: "1m", groupBy: ["server.service"], limit: 20 },
      measures: ["count()", "p50(tcp.rttServerMeanNs)", "p95(tcp.rttServerMeanNs)", "p99(tcp.rttServerMeanNs)"],
    }),
    ask("p95 of one service per 5 minutes, 24 h", {
      ...{ record: "connection", ...DAY, bucket: "5m", filter: 'server.service == "service-3"' },
      measures: ["p95(connection.durationNs)"],
    }),
    ask("top talkers, 24 h", {
      ...{ record: "connection", ...DAY, groupBy: ["client.address"], limit: 20 },
      ...{ measures: ["sum(connection.serverBytes)"], order: "-sum(connection.serverBytes)" },
    }),
    ask("spans per service and minute, one hour, p95", {
      ...{ record: "span", ...HOUR, bucket: "1m", groupBy: ["span.service"], limit: 20 },
      measures: ["count()", "p95(span.durationNs)"],
    }),
    { name: "traces, newest 100 of an hour", path: `/api/traces?${query({ ...HOUR, limit: "100" })}` },
    {
      name: "traces with errors of one service, one hour",
      path: `/api/traces?${query({ ...HOUR, service: "service-3", errors: "true", limit: "100" })}`,
    },
    { name: "one trace", path: `/api/traces/${traceId}` },
    { name: "logs, newest 100", path: `/api/logs?${query({ limit: "100" })}` },
    {
      name: "errors of one service, one hour",
      path: `/api/logs?${query({ ...HOUR, service: "service-3", minSeverity: "17" })}`,
    },
    { name: "logs with a rare word, one hour", path: `/api/logs?${query({ ...HOUR, text: "00A1" })}` },
    { name: "logs with a rare word, 24 h", path: `/api/logs?${query({ ...DAY, text: "payment in 4711 ms" })}` },
    { name: "logs of one trace", path: `/api/logs?${query({ traceId })}` },
    ask("log lines per severity and 5 minutes, 24 h", {
      ...{ record: "log", ...DAY, bucket: "5m", groupBy: ["log.severity"] },
      measures: ["count()"],
    }),
  ];
}

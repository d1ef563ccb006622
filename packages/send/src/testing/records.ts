import {
  type Call,
  type Connection,
  callRecord,
  connectionRecord,
  type Finding,
  findingRecord,
  type RecordDefinition,
} from "@weir/model";

/** A record in which every required field has a value of its kind, but for those that are given. */
function recordOf<Record_>({ fields }: RecordDefinition, given: object): Record_ {
  const empty: Readonly<Record<string, unknown>> = { string: "", bool: false, int: 0, float: 0, time: 0n, map: {} };
  const required = fields.filter(({ optional }) => !optional).map(({ name, type }) => [name, empty[type] ?? []]);
  return { ...Object.fromEntries(required), ...given } as Record_;
}

/** A connection of a shop's frontend to its payments that ended well. */
export function connectionOf(given: Partial<Connection>): Connection {
  return recordOf<Connection>(connectionRecord, {
    connectionId: "test-tcp-1",
    transport: "tcp",
    protocol: "http",
    clientAddress: "10.0.0.1",
    clientPort: 40_000,
    clientService: "frontend",
    serverAddress: "10.0.0.2",
    serverPort: 443,
    serverService: "payments",
    startedAt: 1_700_000_000_000_000_000n,
    durationNs: 1_500_000_000,
    clientBytes: 1_500,
    clientPackets: 7,
    clientPayloadBytes: 900,
    clientFins: 1,
    serverBytes: 90_000,
    serverPackets: 70,
    completeness: 31,
    closeReason: "closed",
    attempts: 1,
    ...given,
  });
}

/** A call on it: a GET that was answered. */
export function callOf(given: Partial<Call>): Call {
  return recordOf<Call>(callRecord, {
    callId: "test-tcp-1-1",
    connectionId: "test-tcp-1",
    transport: "tcp",
    protocol: "http",
    operation: "GET",
    target: "/prices",
    status: "ok",
    statusCode: "200",
    clientAddress: "10.0.0.1",
    clientService: "frontend",
    serverAddress: "10.0.0.2",
    serverPort: 8080,
    serverService: "payments",
    startedAt: 1_700_000_000_000_000_000n,
    durationNs: 20_000_000,
    attributes: { "http.request.method": "GET", "http.response.status_code": "200", "url.path": "/prices" },
    ...given,
  });
}

/** What was found on their edge. */
export function findingOf(given: Partial<Finding>): Finding {
  return recordOf<Finding>(findingRecord, {
    findingId: "test-tcp.loss",
    captureId: "test",
    rule: "tcp.loss",
    severity: "critical",
    decided: true,
    title: "frontend → payments: segments are lost",
    summary: "40 of 200 segments were sent again.",
    clientService: "frontend",
    serverService: "payments",
    serverPort: 443,
    startedAt: 1_700_000_000_000_000_000n,
    endedAt: 1_700_000_001_500_000_000n,
    steps: [{ question: "Is it the path?", measured: "40 resent", threshold: "more than 10", outcome: "taken" }],
    evidence: {
      connectionIds: ["test-tcp-1"],
      connectionCount: 1,
      callIds: [],
      callCount: 0,
      packets: Array.from({ length: 100 }, (_, at) => at + 1),
      streams: ["tcp 1"],
      spans: [{ traceId: "5b8efff798038103d269b633813fc60c", spanId: "eee19b7ec3c1b174" }],
    },
    grade: "whole",
    ...given,
  });
}

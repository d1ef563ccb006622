import {
  type Call,
  type Connection,
  callRecord,
  connectionRecord,
  type Field,
  type Finding,
  findingRecord,
  type RecordDefinition,
} from "@weir/model";

/** When the sample traffic begins, in Unix nanoseconds: 2026-07-30T12:00:00Z. */
export const START_NS = 1_785_412_800_000_000_000n;
const SECOND = 1_000_000_000n;

const EMPTY: Readonly<Record<Field["type"], unknown>> = {
  string: "",
  bool: false,
  int: 0,
  float: 0,
  time: START_NS,
  "string[]": [],
  "int[]": [],
  pairs: [],
  map: {},
  json: {},
};

/** A record with nothing in it but what must be there. */
function emptyRecord({ fields }: RecordDefinition): Record<string, unknown> {
  const required = fields.filter(({ optional }) => !optional);
  return Object.fromEntries(required.map(({ name, type, values }) => [name, values?.[0] ?? EMPTY[type]]));
}

export function sampleConnection(own: Partial<Connection>): Connection {
  return { ...emptyRecord(connectionRecord), ...own } as Connection;
}

export function sampleCall(own: Partial<Call>): Call {
  return { ...emptyRecord(callRecord), ...own } as Call;
}

export function sampleFinding(own: Partial<Finding>): Finding {
  return { ...emptyRecord(findingRecord), ...own } as Finding;
}

/**
 * A minute and a second of traffic, one call a second: orders asks payments on one connection and stock on another, in turn. Call number n takes n milliseconds; every tenth fails.
 */
export function sampleTraffic(): { readonly connections: readonly Connection[]; readonly calls: readonly Call[] } {
  const shared = { captureId: "shop", transport: "tcp", clientService: "orders", protocol: "http" } as const;
  const connections = [
    sampleConnection({ ...shared, connectionId: "c0", serverService: "payments", retransmissionRatio: 0.25 }),
    sampleConnection({
      ...shared,
      connectionId: "c1",
      serverService: "stock",
      grade: "partial",
      gradeReasons: ["snapLength"],
    }),
    sampleConnection({ ...shared, connectionId: "c2", serverService: "idle", transport: "udp", protocol: "dns" }),
  ];
  const calls = Array.from({ length: 61 }, (_, index) => {
    const { connectionId, serverService } = connections[index % 2] as Connection;
    const fails = index % 10 === 0;
    return sampleCall({
      ...shared,
      callId: `call-${String(index).padStart(2, "0")}`,
      connectionId,
      serverService,
      startedAt: START_NS + BigInt(index) * SECOND,
      ...(index === 60 ? {} : { durationNs: index * 1_000_000 }),
      requestBytes: 100,
      status: fails ? "serverError" : "ok",
      attributes: { "http.response.status_code": fails ? "503" : "200", "url.path": `/item/${index % 3}` },
    });
  });
  return { connections, calls };
}

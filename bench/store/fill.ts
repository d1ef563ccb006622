import type { BareEngine } from "./engine.ts";

/** The day that all rows lie in. */
export const DAY = { from: "2026-03-02T00:00:00Z", to: "2026-03-03T00:00:00Z" } as const;
const DAY_START_S = Date.parse(DAY.from) / 1000;
const DAY_NS = "86400000000000";
/** What the embedded engine has memory for, with its two hundred columns. */
const ROWS_PER_STATEMENT = 250_000;

/** Rows of a full-size store. */
export const FULL = { connections: 50_000_000, spans: 50_000_000, logs: 100_000_000 } as const;
export type Kind = keyof typeof FULL;

/** What is drawn: twenty services that ask each other, ten nodes, now and then trouble. `n` is the row, `h` its hash. */
const HASH = "sipHash64(number, 7) AS h";
const moment = (rows: number) =>
  `fromUnixTimestamp64Nano(toInt64(${DAY_START_S}000000000 + intDiv(toUInt128(number) * ${DAY_NS}, ${rows}) + h % 1000000))`;
const service = (hash: string) => `concat('service-', toString(${hash} % 20))`;
/** Long-tailed: most are near the median, one in a thousand is fifty times that. */
const durationNs = (median: number, hash: string) =>
  `toInt64(${median} * exp(-0.6 * log(1e-9 + (${hash} % 1000003) / 1000003)))`;
const TRACE = "lower(hex(sipHash128(intDiv(number, 8))))";
/** One of some four hundred thousand requests, for searches that find little. */
const REQUEST = "lower(hex(sipHash64(number % 400000)))";

const SELECTS: Readonly<Record<Kind, (rows: number) => { table: string; columns: Readonly<Record<string, string>> }>> =
  {
    connections: (rows) => ({
      table: "connections",
      columns: {
        // A service runs on one node, which sees its connections, and listens on one port.
        capture_id: "concat('node-', toString(bitShiftRight(h, 33) % 20 % 10))",
        connection_id: "concat(capture_id, '-tcp-', toString(number))",
        transport: "'tcp'",
        stream_number: "number",
        protocol: "['http', 'http2', 'postgresql', 'redis', 'kafka'][1 + bitShiftRight(h, 40) % 5]",
        client_address: "concat('10.0.', toString(bitShiftRight(h, 8) % 4), '.', toString(bitShiftRight(h, 10) % 250))",
        client_port: "32768 + bitShiftRight(h, 18) % 28000",
        client_service: service("bitShiftRight(h, 33)"),
        server_address: "concat('10.1.0.', toString(bitShiftRight(h, 40) % 20))",
        server_port: "[8080, 8443, 5432, 6379, 9092][1 + bitShiftRight(h, 40) % 5]",
        server_service: service("bitShiftRight(h, 40)"),
        direction_score: "255",
        direction_evidence: "'handshake'",
        started_at: moment(rows),
        duration_ns: durationNs(40_000_000, "bitShiftRight(h, 5)"),
        client_packets: "5 + bitShiftRight(h, 11) % 40",
        server_packets: "5 + bitShiftRight(h, 13) % 60",
        client_bytes: "client_packets * 180",
        server_bytes: "server_packets * 900",
        client_payload_bytes: "client_packets * 120",
        server_payload_bytes: "server_packets * 840",
        client_data_segments: "intDiv(client_packets, 2)",
        server_data_segments: "intDiv(server_packets, 2)",
        handshake_ns: durationNs(300_000, "bitShiftRight(h, 7)"),
        handshake_server_ns: "intDiv(handshake_ns, 2)",
        handshake_client_ns: "intDiv(handshake_ns, 3)",
        completeness: "31",
        server_retransmissions: "if(bitShiftRight(h, 21) % 200 = 0, 1 + h % 5, 0)",
        retransmission_ratio: "server_retransmissions / server_data_segments",
        rtt_server_min_ns: durationNs(200_000, "bitShiftRight(h, 9)"),
        rtt_server_mean_ns: "rtt_server_min_ns * 2",
        rtt_server_p95_ns: "rtt_server_min_ns * 4",
        rtt_server_samples: "server_data_segments",
        close_reason: "if(bitShiftRight(h, 25) % 500 = 0, 'clientReset', 'closed')",
        closed_by: "'client'",
        calls: "1 + h % 4",
        call_errors: "if(bitShiftRight(h, 27) % 100 = 0, 1, 0)",
        grade: "'whole'",
      },
    }),
    spans: (rows) => ({
      table: "otel_traces",
      columns: {
        Timestamp: moment(rows),
        TraceId: TRACE,
        SpanId: "lower(hex(h))",
        ParentSpanId: "if(number % 8 = 0, '', lower(hex(sipHash64(number - 1, 7))))",
        SpanName: "concat(['GET', 'POST'][1 + h % 2], ' /things/', toString(bitShiftRight(h, 3) % 40))",
        SpanKind: "['Client', 'Server', 'Internal'][1 + number % 3]",
        ServiceName: service("bitShiftRight(h, 33)"),
        ResourceAttributes: "map('service.name', ServiceName, 'host.name', concat('node-', toString(h % 10)))",
        SpanAttributes: `map('http.response.status_code', if(StatusCode = 'Error', '500', '200'), 'request.id', ${REQUEST})`,
        Duration: durationNs(8_000_000, "bitShiftRight(h, 5)"),
        StatusCode: "if(bitShiftRight(h, 25) % 200 = 0, 'Error', 'Unset')",
      },
    }),
    logs: (rows) => ({
      table: "otel_logs",
      columns: {
        Timestamp: moment(rows),
        TraceId: `if(number % 4 = 0, ${TRACE}, '')`,
        SeverityNumber: "[9, 9, 9, 9, 9, 9, 9, 13, 13, 17][1 + h % 10]",
        SeverityText: "multiIf(SeverityNumber = 17, 'ERROR', SeverityNumber = 13, 'WARN', 'INFO')",
        ServiceName: service("bitShiftRight(h, 33)"),
        Body: `concat(['request finished', 'cache missed', 'order stored', 'retrying the payment'][1 + bitShiftRight(h, 3) % 4], ' in ', toString(bitShiftRight(h, 5) % 5000), ' ms for ', ${REQUEST})`,
        ResourceAttributes: "map('service.name', ServiceName, 'host.name', concat('node-', toString(h % 10)))",
        LogAttributes: "map('thread', toString(bitShiftRight(h, 12) % 16))",
      },
    }),
  };

/** Fills a table, or goes on with it, inside the engine: what comes over the network is measured by itself. `onProgress` hears of rows. */
export async function fill(
  engine: BareEngine,
  kind: Kind,
  rows: number,
  onProgress: (done: number) => void,
): Promise<void> {
  const { table, columns } = SELECTS[kind](rows);
  const names = Object.keys(columns);
  const select = Object.entries(columns).map(([name, sql]) => `${sql} AS ${name}`);
  const filled = Number(await engine.run(`SELECT count() FROM ${table}`));
  for (let done = filled; done < rows; done += ROWS_PER_STATEMENT) {
    const count = Math.min(ROWS_PER_STATEMENT, rows - done);
    await engine.run(
      `INSERT INTO ${table} (${names.join(", ")}) WITH ${HASH} SELECT ${select.join(", ")} FROM numbers(${done}, ${count})`,
    );
    onProgress(done + count);
  }
}

/** Rows and bytes on disk of a table, once merged. */
export async function sizeOf(engine: BareEngine, kind: Kind): Promise<{ rows: number; bytes: number }> {
  const { table } = SELECTS[kind](1);
  const text = await engine.run(
    `SELECT sum(rows), sum(bytes_on_disk) FROM system.parts WHERE active AND database = currentDatabase() AND table = '${table}'`,
  );
  const [rows = 0, bytes = 0] = text.trim().split("\t").map(Number);
  return { rows, bytes };
}

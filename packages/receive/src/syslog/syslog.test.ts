import { encodeUtf8, parseUnixNs } from "@weir/base";
import type { OtelLogRow } from "@weir/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Reading } from "../received.ts";
import { readSyslogDatagram, SyslogStream } from "./index.ts";

const at = (text: string) => parseUnixNs(text) ?? 0n;
const NOW = at("2026-11-21T19:00:00Z");
const rowsOf = (reading: Reading) =>
  reading.kind === "received" ? reading.tables.flatMap(({ rows }) => rows as readonly OtelLogRow[]) : [];
const datagram = (text: string) => readSyslogDatagram(encodeUtf8(text), NOW);
const bodies = (...readings: Reading[]) => readings.flatMap(rowsOf).map(({ Body }) => Body);

describe("a syslog message", () => {
  it("of RFC 5424 keeps everything that it says", () => {
    const head = "<165>1 2026-11-21T20:59:59.003+02:00 db1 postgres 8710 ID47";
    expect(rowsOf(datagram(`${head} [origin@32473 ip="10.0.0.1" note="a \\"b\\""] checkpoint done`))).toMatchObject([
      {
        Timestamp: at("2026-11-21T18:59:59.003Z"),
        SeverityText: "notice",
        SeverityNumber: 10,
        ServiceName: "postgres",
        Body: "checkpoint done",
        ResourceAttributes: { "host.name": "db1", "service.name": "postgres" },
        LogAttributes: {
          "syslog.facility": "local4",
          "syslog.version": "1",
          "syslog.procid": "8710",
          "syslog.msgid": "ID47",
          "syslog.structured_data.origin@32473.ip": "10.0.0.1",
          "syslog.structured_data.origin@32473.note": 'a "b"',
        },
      },
    ]);
  });

  it("of RFC 3164 names no year: the nearest is meant", () => {
    const [sshd] = rowsOf(datagram("<34>Nov 21 18:30:00 shop-1 sshd[77]: no such user\n"));
    expect(sshd).toMatchObject({ Timestamp: at("2026-11-21T18:30:00Z"), SeverityNumber: 18, ServiceName: "sshd" });
    const silvester = readSyslogDatagram(encodeUtf8("<13>Dec 31 23:59:59 a b: c"), at("2027-01-01T00:00:05Z"));
    expect(rowsOf(silvester)).toMatchObject([{ Timestamp: at("2026-12-31T23:59:59Z") }]);
  });

  it("has OpenTelemetry's severities", () => {
    const numbers = Array.from({ length: 8 }, (_, severity) => rowsOf(datagram(`<${severity}>x`))[0]?.SeverityNumber);
    expect(numbers).toEqual([21, 19, 18, 17, 13, 10, 9, 5]);
  });

  it("without a time was written when it came, and without a priority is none", () => {
    expect(rowsOf(datagram("<13>hello"))).toMatchObject([{ Timestamp: NOW, Body: "hello" }]);
    expect(datagram("hello")).toMatchObject({ rejections: [{ reason: "unreadable", items: 1 }] });
  });
});

describe("a connection with syslog messages", () => {
  const push = (stream: SyslogStream, text: string) => stream.push(encodeUtf8(text), NOW);

  it("may count them or end them with line feeds, cut anywhere", () => {
    const sent = encodeUtf8("9 <13>a\nb c<13>second\n9 <13>third");
    for (let cut = 0; cut <= sent.length; cut += 1) {
      const stream = new SyslogStream();
      const [first, second] = [stream.push(sent.slice(0, cut), NOW), stream.push(sent.slice(cut), NOW)];
      expect(bodies(first, second)).toEqual(["a\nb c", "second", "third"]);
    }
  });

  it("loses a line that is no message, not its neighbours", () => {
    const stream = new SyslogStream();
    const read = push(stream, "<13>one\nno message\n99999 <13>too long\n<13>two\n");
    expect(bodies(read)).toEqual(["one", "two"]);
    expect(read).toMatchObject({ rejections: [{ reason: "unreadable", items: 2 }] });
  });

  it("ends a line with its own end, and cuts a counted message", () => {
    const [lines, counted] = [new SyslogStream(), new SyslogStream()];
    push(lines, "<13>last words");
    expect(bodies(lines.end(NOW))).toEqual(["last words"]);
    push(counted, "90 <13>last words");
    expect(counted.end(NOW)).toMatchObject({ rejections: [{ reason: "unreadable", items: 1 }] });
  });

  it("holds no line without end", () => {
    const stream = new SyslogStream();
    const long = stream.push(encodeUtf8(`<13>${"x".repeat(70_000)}`), NOW);
    expect(long).toMatchObject({ rejections: [{ reason: "unreadable", items: 1 }] });
    expect(bodies(push(stream, "more\n<13>short\n"))).toEqual(["short"]);
  });

  it("may be any bytes: reading never throws", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), (chunks) => {
        const stream = new SyslogStream();
        for (const chunk of chunks) stream.push(chunk, NOW);
        stream.end(NOW);
      }),
    );
  });
});

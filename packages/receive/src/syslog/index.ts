import { decodeUtf8, type UnixNs } from "@weir/base";
import { type OtelLogRow, otelLogs } from "@weir/model";
import { parseSyslogMessage, type SyslogMessage } from "@weir/protocols";
import { logRow, present } from "../logs/log-row.ts";
import { type Reading, Rejections } from "../received.ts";
import { SyslogFrames, type SyslogPieces } from "./frames.ts";
import { syslogMoment } from "./timestamp.ts";

/** OpenTelemetry's numbers of the eight severities, emergency first (logs data model, appendix B). */
const SEVERITY_NUMBERS = [21, 19, 18, 17, 13, 10, 9, 5] as const;
const EXAMPLE_CHARS = 60;

/** Reads a datagram (RFC 5426): one message. Input never throws. */
export function readSyslogDatagram(datagram: Uint8Array, receivedAt: UnixNs): Reading {
  return readMessages({ messages: [datagram], damages: [] }, receivedAt);
}

/** Reads the messages of one connection, chunk by chunk (RFC 6587). */
export class SyslogStream {
  readonly #frames = new SyslogFrames();

  push(chunk: Uint8Array, receivedAt: UnixNs): Reading {
    return readMessages(this.#frames.push(chunk), receivedAt);
  }

  end(receivedAt: UnixNs): Reading {
    return readMessages(this.#frames.end(), receivedAt);
  }
}

function readMessages({ messages, damages }: SyslogPieces, receivedAt: UnixNs): Reading {
  const rejections = new Rejections();
  for (const damage of damages) rejections.add("unreadable", `"${damage}" is no syslog message`);
  const rows = messages.flatMap((bytes) => {
    const text = decodeUtf8(bytes);
    const message = parseSyslogMessage(text);
    if (message !== undefined) return [rowOf(message, receivedAt)];
    rejections.add("unreadable", `"${text.slice(0, EXAMPLE_CHARS)}" has no priority`);
    return [];
  });
  return { kind: "received", tables: [{ table: otelLogs, rows }], rejections: rejections.list() };
}

/** Fields where OpenTelemetry's logs data model puts them (appendix A). */
function rowOf(message: SyslogMessage, receivedAt: UnixNs): OtelLogRow {
  const { timestamp, host, app, processId, messageId, structuredData } = message;
  const data = structuredData.flatMap(({ id, params }) =>
    Object.entries(params).map(([name, value]) => [`syslog.structured_data.${id}.${name}`, value] as const),
  );
  return logRow({
    Timestamp: (timestamp === undefined ? undefined : syslogMoment(timestamp, receivedAt)) ?? receivedAt,
    SeverityText: message.severity,
    SeverityNumber: SEVERITY_NUMBERS[message.severityNumber] ?? 0,
    ServiceName: app ?? "",
    Body: message.text,
    ResourceAttributes: present({ "host.name": host }),
    LogAttributes: {
      ...present({
        "syslog.facility": message.facility,
        "syslog.version": message.version,
        "syslog.procid": processId,
        "syslog.msgid": messageId,
      }),
      ...Object.fromEntries(data),
    },
  });
}

import { formatBytes, formatCount, formatDurationNs, formatRatio } from "@weir/base";
import { connectionRecord } from "@weir/model";
import type { ConnectionJson } from "../../lib/api.ts";
import { BAD_ENDINGS, endingText } from "./close-words.ts";

interface Sign {
  readonly name: string;
  readonly value: string;
  readonly note: string;
  readonly isBad: boolean;
  /** The model's field whose definition it is. */
  readonly field: (typeof connectionRecord.fields)[number]["name"];
}

/** The few numbers that say how a connection fares, before all the others. */
export function VitalSigns({ connection }: { readonly connection: ConnectionJson }) {
  return (
    <dl className="vital-signs card">
      {signsOf(connection).map(({ name, value, note, isBad, field }) => (
        <div
          key={name}
          className={isBad ? "bad-sign" : ""}
          title={connectionRecord.fields.find((one) => one.name === field)?.meaning}
        >
          <dt>{name}</dt>
          <dd>{value}</dd>
          <dd className="note">{note}</dd>
        </div>
      ))}
    </dl>
  );
}

function signsOf(connection: ConnectionJson): readonly Sign[] {
  const { clientZeroWindowNs, serverZeroWindowNs, clientDataRetransmissions, serverDataRetransmissions } = connection;
  const zeroNs = clientZeroWindowNs + serverZeroWindowNs;
  const resent = clientDataRetransmissions + serverDataRetransmissions;
  const segments = connection.clientDataSegments + connection.serverDataSegments;
  const time = (durationNs: number | undefined) => (durationNs === undefined ? "–" : formatDurationNs(durationNs));
  return [
    {
      name: "Lasted",
      value: time(connection.durationNs),
      note: `longest pause ${time(connection.longestStallNs)}`,
      isBad: false,
      field: "durationNs",
    },
    {
      name: "Handshake",
      value: time(connection.handshakeNs),
      note: `first byte after ${time(connection.firstByteNs)}`,
      isBad: connection.synRetransmissions > 0,
      field: "handshakeNs",
    },
    {
      name: "Sent again",
      value: formatRatio(connection.retransmissionRatio),
      note: `${formatCount(resent)} of ${formatCount(segments)} segments`,
      isBad: connection.retransmissionRatio > 0.01,
      field: "retransmissionRatio",
    },
    {
      name: "Zero window",
      value: zeroNs === 0 ? "none" : time(zeroNs),
      note:
        zeroNs === 0
          ? "both sides kept reading"
          : `${serverZeroWindowNs >= clientZeroWindowNs ? "server" : "client"} did not read`,
      isBad: zeroNs > 0,
      field: "serverZeroWindowNs",
    },
    {
      name: "Calls",
      value: formatCount(connection.calls),
      note: connection.callErrors === 0 ? "none failed" : `${formatCount(connection.callErrors)} failed`,
      isBad: connection.callErrors > 0,
      field: "callErrors",
    },
    {
      name: "Volume",
      value: formatBytes(connection.clientBytes + connection.serverBytes),
      note: `${formatCount(connection.clientPackets + connection.serverPackets)} packets`,
      isBad: false,
      field: "clientBytes",
    },
    {
      name: "Ended",
      value: endingText(connection),
      note: connection.unreachableCode,
      isBad: BAD_ENDINGS.has(connection.closeReason),
      field: "closeReason",
    },
  ];
}

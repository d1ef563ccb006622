import { formatBytes, formatDurationNs, formatEndpoint } from "@weir/base";
import { PROTOCOL_RECORDS } from "@weir/protocols/records";
import type { CallJson } from "../../lib/api.ts";
import { pageAddress } from "../../lib/location.ts";
import { momentText } from "../../lib/time-text.ts";
import { GradeSentence } from "../../widgets/grade.tsx";
import { Link } from "../../widgets/link.tsx";
import { CallAttempts } from "./call-attempts.tsx";
import { CallDeliveries } from "./call-deliveries.tsx";
import { CallProfilesLinks } from "./call-profiles.tsx";
import { CallStatusText } from "./call-status.tsx";
import { CallTrace } from "./call-trace.tsx";
import { TimeBar } from "./time-bar.tsx";
import { splitTime, timeBeside } from "./time-split.ts";
import "./calls.css";

/** One call: what was asked and answered, and where its time went. */
export function CallDetail({ call }: { readonly call: CallJson }) {
  return (
    <>
      <h1 className="call-title">
        <span className="dim">{call.protocol}</span> {call.operation} {call.target}{" "}
        <CallStatusText status={call.status} code={call.statusCode} />
      </h1>
      <div className="facts-line">
        <span>
          <strong>{call.clientService}</strong> {formatEndpoint(call.clientAddress, call.clientPort)} →{" "}
          <strong>{call.serverService}</strong> {formatEndpoint(call.serverAddress, call.serverPort)}
        </span>
        <span>{momentText(call.startedAt)}</span>
        <span>
          on{" "}
          <Link to={pageAddress(`/connections/${encodeURIComponent(call.connectionId)}`)}>
            {call.transport} {call.streamNumber}
          </Link>
          , packets <PacketLinks call={call} />
        </span>
        <GradeSentence grade={call.grade} reasons={call.gradeReasons} />
      </div>
      <TimeSplit call={call} />
      <CallAttempts call={call} />
      <CallDeliveries call={call} />
      <CallTrace call={call} />
      <CallProfilesLinks call={call} />
      <div className="two">
        <Message title="Request" bytes={call.requestBytes} headers={call.requestHeaders} body={call.requestBody} />
        <Message title="Response" bytes={call.responseBytes} headers={call.responseHeaders} body={call.responseBody} />
      </div>
      {call.bodyTruncated ? (
        <p className="dim">A body was longer than what is kept; only its beginning is shown.</p>
      ) : null}
      <Attributes call={call} />
    </>
  );
}

/** First and last packet of both messages, each a link into the ladder. */
function PacketLinks({ call }: { readonly call: CallJson }) {
  const packets = [...new Set([...call.requestPackets, ...call.responsePackets])];
  return packets.map((packet, index) => (
    <span key={packet}>
      {index > 0 ? ", " : ""}
      <Link to={pageAddress(`/connections/${encodeURIComponent(call.connectionId)}`, { packet: String(packet) })}>
        {String(packet)}
      </Link>
    </span>
  ));
}

function TimeSplit({ call }: { readonly call: CallJson }) {
  const parts = splitTime(call);
  if (parts.length === 0 || call.durationNs === undefined) {
    return <p className="card time-split dim">No answer was seen, so there is no time to split.{endText(call)}</p>;
  }
  return (
    <div className="card time-split">
      <p>
        Took <strong>{formatDurationNs(call.durationNs)}</strong>
      </p>
      <TimeBar call={call} wholeNs={Math.max(1, call.durationNs)} />
      <dl>
        {parts.map(({ kind, words, durationNs }) => (
          <div key={kind}>
            <dt>
              <span className={`swatch ${kind}`} aria-hidden="true" /> {words}
            </dt>
            <dd>{formatDurationNs(durationNs)}</dd>
          </div>
        ))}
      </dl>
      <dl className="time-beside" aria-label="Beside its duration">
        {timeBeside(call).map(({ words, durationNs }) => (
          <div key={words}>
            <dt>{words}</dt>
            <dd>{durationNs === undefined ? "not seen" : formatDurationNs(durationNs)}</dd>
          </div>
        ))}
      </dl>
      {call.timeGrade === "whole" ? null : (
        <p className="dim">The share of the network, or of the client's reading, is not known for all of this time.</p>
      )}
    </div>
  );
}

/** Who ended a call without an answer, and after how long. */
function endText({ endedBy, abandonedAfterNs, clientService, serverService }: CallJson): string {
  if (endedBy === "") return "";
  const after = abandonedAfterNs === undefined ? "" : ` ${formatDurationNs(abandonedAfterNs)} after the request`;
  return endedBy === "client" ? ` ${clientService} gave up${after}.` : ` ${serverService} closed${after}.`;
}

interface MessageProps {
  readonly title: string;
  readonly bytes: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string | undefined;
}

function Message({ title, bytes, headers, body }: MessageProps) {
  return (
    <section aria-label={title}>
      <div className="section-head">
        <h2>{title}</h2>
        <span className="dim">{formatBytes(bytes)}</span>
      </div>
      <div className="card">
        {headers.length === 0 ? null : (
          <table className="facts" aria-label={`${title} headers`}>
            <tbody>
              {numbered(headers).map(({ key, name, value }) => (
                <tr key={key}>
                  <th scope="row">{name}</th>
                  <td>{value}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {body === undefined || body === "" ? (
          <p className="no-body dim">No body.</p>
        ) : (
          <pre className="body">{readable(body)}</pre>
        )}
      </div>
    </section>
  );
}

/** Header names repeat and their order matters: the place is the identity. */
function numbered(headers: MessageProps["headers"]) {
  return headers.map(([name, value], place) => ({ key: `${place} ${name}`, name, value }));
}

/** JSON with its lines broken; anything else as it came. */
function readable(body: string): string {
  if (!/^\s*[[{]/.test(body)) return body;
  try {
    return JSON.stringify(JSON.parse(body), undefined, 2);
  } catch {
    return body;
  }
}

/** What each protocol's attributes mean, by OpenTelemetry name. */
const MEANINGS: ReadonlyMap<string, string> = new Map(
  PROTOCOL_RECORDS.flatMap(({ fields }) => fields.map(({ otel, name, meaning }) => [otel ?? name, meaning] as const)),
);

function Attributes({ call }: { readonly call: CallJson }) {
  const attributes = Object.entries(call.attributes);
  if (attributes.length === 0) return null;
  return (
    <section aria-label="Attributes">
      <div className="section-head">
        <h2>Attributes</h2>
        <span className="dim">by their OpenTelemetry names</span>
      </div>
      <div className="card scroll">
        <table className="facts">
          <tbody>
            {attributes.map(([name, value]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{value}</td>
                <td className="meaning">{MEANINGS.get(name)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

import { useQuery } from "@tanstack/react-query";
import { formatBytes, formatDurationNs, formatEndpoint } from "@weir/base";
import { api, type CallJson } from "../../lib/api.ts";
import { GradeBadge } from "../../widgets/grade.tsx";
import { Link } from "../../widgets/link.tsx";
import { FailureNotice, Loading } from "../../widgets/notice.tsx";
import { statusClass } from "./call-table.tsx";

/** One call: what was asked and answered, and where its time went. */
export function CallPage({ callId }: { readonly callId: string }) {
  const { data: call, error } = useQuery({ queryKey: ["call", callId], queryFn: () => api.call(callId) });
  if (error !== null) return <FailureNotice error={error} />;
  if (call === undefined) return <Loading what="the call" />;
  return (
    <article>
      <h1>
        {call.protocol} {call.operation} {call.target}{" "}
        <span className={statusClass(call.status)}>{call.statusCode || call.status}</span>
      </h1>
      <p>
        {call.clientService} → {formatEndpoint(call.serverService, call.serverPort)}, {call.startedAt.slice(11, 29)}{" "}
        UTC, on{" "}
        <Link to={`/connections/${encodeURIComponent(call.connectionId)}`}>
          {call.transport} {call.streamNumber}
        </Link>
        , packets {[...call.requestPackets, ...call.responsePackets].join(", ")}{" "}
        <GradeBadge grade={call.grade} reasons={call.gradeReasons} />
      </p>
      {call.traceId === undefined ? null : (
        <p className="dim">
          trace <code>{call.traceId}</code>, span of the caller <code>{call.parentSpanId}</code> (from traceparent on
          the wire)
        </p>
      )}
      <TimeSplit call={call} />
      <div className="two">
        <Side
          title={`Request, ${formatBytes(call.requestBytes)}`}
          headers={call.requestHeaders}
          body={call.requestBody}
        />
        <Side
          title={`Response, ${formatBytes(call.responseBytes)}`}
          headers={call.responseHeaders}
          body={call.responseBody}
        />
      </div>
      {call.bodyTruncated ? <p className="dim">Bodies are kept to their first 4 KiB.</p> : null}
      <h2>Fields</h2>
      <table className="facts">
        <tbody>
          {Object.entries(call.attributes).map(([name, value]) => (
            <tr key={name}>
              <th>{name}</th>
              <td>{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </article>
  );
}

const PARTS = [
  ["requestNs", "client sending"],
  ["waitNs", "waiting: network and server"],
  ["responseNs", "server sending"],
] as const;

/** The call's time as a bar: sending, waiting, receiving. */
function TimeSplit({ call }: { readonly call: CallJson }) {
  const total = call.durationNs;
  if (total === undefined || total === 0)
    return <p className="dim">No answer was seen, so there is no time to split.</p>;
  return (
    <>
      <div className="split" role="img" aria-label="Where the time went">
        {PARTS.map(([name, meaning]) => (
          <span
            key={name}
            className={name}
            style={{ flexGrow: Math.max(0.002, (call[name] ?? 0) / total) }}
            title={`${meaning}: ${formatDurationNs(call[name] ?? 0)}`}
          />
        ))}
      </div>
      <p className="dim">
        {formatDurationNs(total)}:{" "}
        {PARTS.map(([name, meaning]) => `${meaning} ${formatDurationNs(call[name] ?? 0)}`).join(", ")}
        {call.serverThinkNs === undefined ? "" : ` (of it the server thinking ${formatDurationNs(call.serverThinkNs)})`}
      </p>
    </>
  );
}

interface SideProps {
  readonly title: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string | undefined;
}

function Side({ title, headers, body }: SideProps) {
  return (
    <section>
      <h2>{title}</h2>
      {headers.length === 0 ? null : (
        <table className="facts">
          <tbody>
            {headers.map(([name, value], index) => (
              // Names repeat and order matters: the place is the identity.
              <tr key={`${index}-${name}`}>
                <th>{name}</th>
                <td>{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {body === undefined ? <p className="dim">No body.</p> : <pre className="body">{body}</pre>}
    </section>
  );
}

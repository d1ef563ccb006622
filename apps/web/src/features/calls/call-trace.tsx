import { useQuery } from "@tanstack/react-query";
import { formatDurationNs } from "@weir/base";
import { api, type CallJson } from "../../lib/api.ts";
import { traceFilter } from "../../lib/filter-text.ts";
import { pageAddress } from "../../lib/location.ts";
import { Link } from "../../widgets/link.tsx";
import { CallStatusText } from "./call-status.tsx";
import { layoutTrace } from "./trace-layout.ts";

/** Calls of one trace that are shown. */
const LISTED = 50;

/** The call among all calls that carried the same trace id on the wire, from whatever capture. Exact: no guess is made. */
export function CallTrace({ call }: { readonly call: CallJson }) {
  const { traceId } = call;
  const { data } = useQuery({
    queryKey: ["trace", traceId],
    queryFn: () => api.calls({ filter: traceFilter(traceId ?? ""), sort: "time", limit: LISTED }),
    enabled: traceId !== undefined,
  });
  if (traceId === undefined) return null;
  const bars = layoutTrace(data?.items ?? [call]);
  return (
    <section aria-label="Trace">
      <div className="section-head">
        <h2>Its trace on the wire</h2>
        <span className="dim">
          trace <code>{traceId}</code>, caller's span <code>{call.parentSpanId}</code>, from the traceparent header. A
          call seen by several captures stands there once per capture.
        </span>
        <Link to={pageAddress(`/traces/${traceId}`)}>With what the services reported</Link>
      </div>
      <ol className="card trace">
        {bars.map(({ call: one, left, width }) => (
          <li key={one.callId} aria-current={one.callId === call.callId ? "true" : undefined}>
            <Link to={pageAddress(`/calls/${encodeURIComponent(one.callId)}`)}>
              {`${one.clientService} → ${one.serverService}`}
            </Link>
            <span className="trace-what">
              {one.operation} {one.target} <CallStatusText status={one.status} code={one.statusCode} />
            </span>
            <span className="trace-lane" aria-hidden="true">
              <span
                className={one.status === "ok" ? "" : "failed"}
                style={{ left: `${left * 100}%`, width: `${width * 100}%` }}
              />
            </span>
            <span className="number">{one.durationNs === undefined ? "–" : formatDurationNs(one.durationNs)}</span>
          </li>
        ))}
      </ol>
      {data !== undefined && data.total > LISTED ? (
        <p className="dim">
          The first {LISTED} of {data.total} calls are shown.
        </p>
      ) : null}
    </section>
  );
}

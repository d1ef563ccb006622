import { useQuery } from "@tanstack/react-query";
import { formatCount, formatDurationNs } from "@weir/base";
import type { TraceSummary } from "@weir/http-contract";
import { api } from "../../lib/api.ts";
import { changePlace, go, pageAddress, pageNumber, useParameter } from "../../lib/location.ts";
import { dayText } from "../../lib/time-text.ts";
import { Field } from "../../widgets/field.tsx";
import { Link } from "../../widgets/link.tsx";
import { FailureNotice, Loading, Nothing } from "../../widgets/notice.tsx";
import { OpenPager } from "../../widgets/open-pager.tsx";
import "./traces.css";

const PAGE_SIZE = 50;
const MS = 1e6;

/** Traces that applications reported, newest first. */
export function TracesPage() {
  const [service] = useParameter("service");
  const [operation] = useParameter("operation");
  const [slowerMs] = useParameter("slowerMs");
  const [errors] = useParameter("errors");
  const [pageText] = useParameter("page");
  const page = pageNumber(pageText);
  const query = {
    ...{ service, operation, errors: errors === "true" ? "true" : undefined },
    minDurationNs: Math.max(0, Math.round(Number(slowerMs) * MS)) || undefined,
    limit: PAGE_SIZE,
    offset: (page - 1) * PAGE_SIZE,
  };
  const { data, error, refetch } = useQuery({
    queryKey: ["traces", query],
    queryFn: () => api.traces(query),
    placeholderData: (kept) => kept,
  });
  return (
    <section aria-label="Traces">
      <div className="section-head">
        <h1>Traces</h1>
        <span className="dim">what applications say of their work, by OpenTelemetry; times are UTC</span>
        <Link to={pageAddress("/traces/fit")}>How they fit the packets</Link>
      </div>
      <div className="fields">
        <Field label="Service" parameter="service" />
        <Field label="Operation" parameter="operation" />
        <Field label="Longer than, ms" parameter="slowerMs" inputMode="numeric" />
        <label className="toggle">
          <input
            type="checkbox"
            checked={errors === "true"}
            onChange={(event) => changePlace({ errors: event.target.checked ? "true" : undefined, page: undefined })}
          />
          only with failures
        </label>
      </div>
      {error !== null ? <FailureNotice error={error} onRetry={() => void refetch()} /> : null}
      {data === undefined ? (
        error === null && <Loading what="traces" rows={8} />
      ) : (
        <div className="card">
          <TraceTable items={data.items} />
          <OpenPager page={page} hasMore={data.hasMore} things="traces" />
        </div>
      )}
    </section>
  );
}

function TraceTable({ items }: { readonly items: readonly TraceSummary[] }) {
  if (items.length === 0) {
    return (
      <Nothing>
        No trace matches. Applications send theirs to the addresses on the page{" "}
        <Link to={pageAddress("/receivers")}>Receivers</Link>.
      </Nothing>
    );
  }
  const longestNs = Math.max(1, ...items.map(({ durationNs }) => durationNs));
  return (
    <div className="scroll">
      <table aria-label="traces">
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Trace</th>
            <th scope="col">Services</th>
            <th scope="col" className="number">
              Spans
            </th>
            <th scope="col" className="number">
              Failed
            </th>
            <th scope="col" className="number">
              Took
            </th>
            <th scope="col" aria-label="Took, compared" />
          </tr>
        </thead>
        <tbody>
          {items.map((trace) => (
            <Row key={trace.traceId} trace={trace} longestNs={longestNs} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ trace, longestNs }: { readonly trace: TraceSummary; readonly longestNs: number }) {
  const href = pageAddress(`/traces/${trace.traceId}`);
  return (
    <tr
      data-row=""
      data-testid="trace-row"
      tabIndex={0}
      onClick={() => go(href)}
      onKeyDown={(event) => {
        if (event.key === "Enter") go(href);
      }}
    >
      <td>{dayText(trace.startedAt)}</td>
      <td className="target" title={`${trace.rootService} ${trace.rootOperation}`}>
        <span className="dim">{trace.rootService}</span>{" "}
        <Link to={href} isTabStop={false}>
          {trace.rootOperation === "" ? trace.traceId : trace.rootOperation}
        </Link>
      </td>
      <td className="target dim">{trace.services.join(", ")}</td>
      <td className="number">{formatCount(trace.spans)}</td>
      <td className={`number ${trace.errors > 0 ? "bad" : "dim"}`}>{trace.errors > 0 ? trace.errors : "–"}</td>
      <td className="number">{formatDurationNs(trace.durationNs)}</td>
      <td className="trace-bar" aria-hidden="true">
        <span
          className={trace.errors > 0 ? "failed" : ""}
          style={{ width: `${(trace.durationNs / longestNs) * 100}%` }}
        />
      </td>
    </tr>
  );
}

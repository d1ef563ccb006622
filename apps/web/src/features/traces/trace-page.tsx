import { useQuery } from "@tanstack/react-query";
import { formatCount, formatDurationNs } from "@weir/base";
import type { Trace } from "@weir/http-contract";
import { api } from "../../lib/api.ts";
import { traceFilter } from "../../lib/filter-text.ts";
import { changePlace, pageAddress, useParameter } from "../../lib/location.ts";
import { momentText } from "../../lib/time-text.ts";
import { Drawer } from "../../widgets/drawer.tsx";
import { Link } from "../../widgets/link.tsx";
import { FailureNotice, Loading } from "../../widgets/notice.tsx";
import { LogTable } from "../logs/log-table.tsx";
import { SpanDetail } from "./span-detail.tsx";
import { Waterfall } from "./waterfall.tsx";
import { layoutWaterfall } from "./waterfall-layout.ts";
import "./traces.css";

const closeSpan = () => changePlace({ span: undefined });
const NONE: ReadonlySet<string> = new Set();

/** One trace: its spans as a waterfall, and the logs that were written in it. */
export function TracePage({ traceId }: { readonly traceId: string }) {
  const [open] = useParameter("span");
  const {
    data: trace,
    error,
    refetch,
  } = useQuery({ queryKey: ["trace", "spans", traceId], queryFn: () => api.trace(traceId) });
  if (error !== null) return <FailureNotice error={error} onRetry={() => void refetch()} />;
  if (trace === undefined) return <Loading what="the trace" rows={10} />;
  const span = trace.spans.find(({ spanId }) => spanId === open);
  return (
    <article>
      <Head trace={trace} />
      <Waterfall spans={trace.spans} />
      <section aria-label="Logs of this trace">
        <div className="section-head">
          <h2>Its logs</h2>
          <span className="dim">written with this trace id</span>
        </div>
        <LogTable query={{ traceId }} nothing="No log record names this trace." />
      </section>
      {span === undefined ? null : (
        <Drawer label="Span" onClose={closeSpan}>
          <SpanDetail span={span} />
        </Drawer>
      )}
    </article>
  );
}

function Head({ trace: { traceId, spans, isCut } }: { readonly trace: Trace }) {
  const root = spans.find(({ parentSpanId }) => parentSpanId === undefined) ?? spans[0];
  const services = new Set(spans.map(({ service }) => service));
  const failed = spans.filter(({ status }) => status === "Error").length;
  return (
    <header className="page-head">
      <p className="crumbs">
        <Link to={pageAddress("/traces")}>Traces</Link> / trace
      </p>
      <h1>
        {root?.operation} <span className="dim">{root?.service}</span>
      </h1>
      <div className="facts-line">
        <span>
          trace <code>{traceId}</code>
        </span>
        <span>{root === undefined ? "" : momentText(root.startedAt)}</span>
        <span>took {formatDurationNs(layoutWaterfall(spans, NONE).durationNs)}</span>
        <span>
          {formatCount(spans.length)} spans of {services.size} {services.size === 1 ? "service" : "services"}
        </span>
        {failed === 0 ? null : <span className="bad">{failed} failed</span>}
        {isCut ? <span className="warn">only the first {formatCount(spans.length)} are shown</span> : null}
        <Link to={pageAddress("/", { tab: "calls", filter: traceFilter(traceId) })}>Its calls on the wire</Link>
      </div>
    </header>
  );
}

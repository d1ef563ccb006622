import { useQuery } from "@tanstack/react-query";
import { formatCount, formatDurationNs } from "@weir/base";
import { JOIN_CLASS_WORDS, type JoinedTrace, type Trace } from "@weir/http-contract";
import { JOIN_CLASSES } from "@weir/model";
import { api } from "../../lib/api.ts";
import { traceFilter } from "../../lib/filter-text.ts";
import { changePlace, pageAddress, useParameter } from "../../lib/location.ts";
import { momentText } from "../../lib/time-text.ts";
import { Drawer } from "../../widgets/drawer.tsx";
import { Link } from "../../widgets/link.tsx";
import { FailureNotice, Loading } from "../../widgets/notice.tsx";
import { CallDrawer } from "../calls/call-page.tsx";
import { LogTable } from "../logs/log-table.tsx";
import { SpanDetail } from "./span-detail.tsx";
import { Waterfall } from "./waterfall.tsx";
import { layoutWaterfall } from "./waterfall-layout.ts";
import { ExchangeDetail } from "./wire/exchange-detail.tsx";
import { JoinedWaterfall } from "./wire/joined-waterfall.tsx";
import "./traces.css";

const closeSpan = () => changePlace({ span: undefined, call: undefined });
const NONE: ReadonlySet<string> = new Set();

/** One trace: its spans as a waterfall, joined with what the wire carried where it was seen, and the logs that were written in it. */
export function TracePage({ traceId }: { readonly traceId: string }) {
  const [view, setView] = useParameter("view");
  const spans = useQuery({ queryKey: ["trace", "spans", traceId], queryFn: () => api.trace(traceId) });
  const joined = useQuery({ queryKey: ["trace", "wire", traceId], queryFn: () => api.joinedTrace(traceId) });
  if (joined.error !== null) return <FailureNotice error={joined.error} onRetry={() => void joined.refetch()} />;
  if (joined.data === undefined || spans.isPending) return <Loading what="the trace" rows={10} />;
  // A trace that no application reported is on the wire only.
  const trace = spans.data;
  const hasHops = joined.data.rows.some(({ kind }) => kind !== "span");
  const showsWire = trace === undefined || (hasHops && view !== "spans");
  return (
    <article>
      {trace === undefined ? <WireHead traceId={traceId} /> : <Head trace={trace} />}
      <JoinSummary trace={joined.data} />
      {trace === undefined || !hasHops ? null : (
        <p>
          <label>
            <input type="checkbox" checked={showsWire} onChange={() => setView(showsWire ? "spans" : "")} /> with what
            the wire carried
          </label>
        </p>
      )}
      {showsWire ? <JoinedWaterfall trace={joined.data} /> : <Waterfall spans={trace.spans} />}
      <section aria-label="Logs of this trace">
        <div className="section-head">
          <h2>Its logs</h2>
          <span className="dim">written with this trace id</span>
        </div>
        <LogTable query={{ traceId }} nothing="No log record names this trace." />
      </section>
      <OpenDrawer trace={trace} joined={joined.data} />
    </article>
  );
}

/** What was chosen in the waterfall: a span with its exchange, or a call of the wire. */
function OpenDrawer({ trace, joined }: { readonly trace: Trace | undefined; readonly joined: JoinedTrace }) {
  const [spanId] = useParameter("span");
  const [callId] = useParameter("call");
  const span = trace?.spans.find((one) => one.spanId === spanId);
  if (span !== undefined) {
    const exchange =
      joined.exchanges.find(({ clientSpanId }) => clientSpanId === spanId) ??
      joined.exchanges.find(({ serverSpanId }) => serverSpanId === spanId);
    return (
      <Drawer label="Span" onClose={closeSpan}>
        {exchange === undefined ? null : <ExchangeDetail exchange={exchange} />}
        <SpanDetail span={span} />
      </Drawer>
    );
  }
  return callId === "" ? null : <CallDrawer callId={callId} onClose={closeSpan} />;
}

/** How what was reported fits what was on the wire. */
function JoinSummary({ trace: { counts, isCut } }: { readonly trace: JoinedTrace }) {
  const words = JOIN_CLASSES.filter((name) => counts[name] > 0).map(
    (name) => `${counts[name]} ${JOIN_CLASS_WORDS[name]}`,
  );
  if (words.length === 0) return null;
  return (
    <p className="facts-line" data-testid="join-summary">
      <span>Exchanges: {words.join(", ")}</span>
      {isCut ? <span className="warn">there is more than is joined here</span> : null}
    </p>
  );
}

function WireHead({ traceId }: { readonly traceId: string }) {
  return (
    <header className="page-head">
      <p className="crumbs">
        <Link to={pageAddress("/traces")}>Traces</Link> / trace
      </p>
      <h1>A trace that nobody reported</h1>
      <div className="facts-line">
        <span>
          trace <code>{traceId}</code>, known by the context on the wire
        </span>
      </div>
    </header>
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

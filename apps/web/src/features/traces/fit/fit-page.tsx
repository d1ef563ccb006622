import { useQuery } from "@tanstack/react-query";
import { formatCount } from "@weir/base";
import type { JoinSummaryJson } from "@weir/http-contract";
import { api } from "../../../lib/api.ts";
import { pageAddress, useParameter } from "../../../lib/location.ts";
import { momentText } from "../../../lib/time-text.ts";
import { Field } from "../../../widgets/field.tsx";
import { Link } from "../../../widgets/link.tsx";
import { FailureNotice, Loading, Nothing } from "../../../widgets/notice.tsx";
import { SeveritySign } from "../../findings/severity-sign.tsx";
import { ClockTable } from "./clock-table.tsx";
import { EdgeBars } from "./edge-bars.tsx";
import { ServiceTable } from "./service-table.tsx";
import "./fit.css";

/** Many traces joined with their packets: which edges fit, who does not report, what follows. */
export function FitPage() {
  const [from] = useParameter("from");
  const [to] = useParameter("to");
  const query = { ...(from === "" ? {} : { from }), ...(to === "" ? {} : { to }) };
  const { data, error, refetch } = useQuery({
    queryKey: ["join", query],
    queryFn: () => api.joinedTraces(query),
    placeholderData: (kept) => kept,
  });
  return (
    <section aria-label="Spans and packets">
      <div className="section-head">
        <h1>Spans and packets</h1>
        <span className="dim">what applications report of their calls, held against what the wire carried</span>
        <Link to={pageAddress("/traces")}>All traces</Link>
      </div>
      <div className="fields">
        <Field label="From" parameter="from" />
        <Field label="To" parameter="to" />
      </div>
      {error !== null ? <FailureNotice error={error} onRetry={() => void refetch()} /> : null}
      {data === undefined ? error === null && <Loading what="traces and packets" rows={8} /> : <Fit joined={data} />}
    </section>
  );
}

function Fit({ joined }: { readonly joined: JoinSummaryJson }) {
  const { range, traces, tracesInAll, edges, isCut } = joined;
  if (edges.length === 0) {
    return (
      <div className="card">
        <Nothing>
          Nothing was reported, or captured, from {momentText(range.from)} to {momentText(range.to)}.
        </Nothing>
      </div>
    );
  }
  return (
    <>
      <p className="dim">
        {formatCount(traces)} of {formatCount(tracesInAll)} traces from {momentText(range.from)} to{" "}
        {momentText(range.to)}
        {traces < tracesInAll ? ", a sample of all of them" : ""}
        {isCut ? "; some had more spans or calls than are read" : ""}.
      </p>
      <Findings findings={joined.findings} />
      <EdgeBars edges={edges} />
      <ServiceTable services={joined.services} />
      <ClockTable clocks={joined.clocks} />
    </>
  );
}

function Findings({ findings }: Pick<JoinSummaryJson, "findings">) {
  if (findings.length === 0) return null;
  return (
    <ul className="fit-findings card" aria-label="Findings">
      {findings.map((finding) => (
        <li key={finding.findingId}>
          <SeveritySign severity={finding.severity} isDecided={finding.decided} />
          <Link to={pageAddress("/", { finding: finding.findingId })}>{finding.title}</Link>
        </li>
      ))}
    </ul>
  );
}

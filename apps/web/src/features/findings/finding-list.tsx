import { useQuery } from "@tanstack/react-query";
import { api, type FindingJson } from "../../lib/api.ts";
import { edgeText, titleWithoutEdge } from "../../lib/filter-text.ts";
import { useParameter } from "../../lib/location.ts";
import { momentText, secondText } from "../../lib/time-text.ts";
import { GradeBadge } from "../../widgets/grade.tsx";
import { FailureNotice, Loading } from "../../widgets/notice.tsx";
import { FindingDetail } from "./finding-detail.tsx";
import { SeveritySign } from "./severity-sign.tsx";
import { countWords } from "./verdict.ts";
import "./findings.css";

/** Findings that are asked for at once; more than a person reads. */
const LISTED = 100;

/** What is wrong, causes before symptoms. The open finding stands in the URL; the first is open until another is chosen. */
export function FindingList() {
  const [capture] = useParameter("capture");
  const [chosen, choose] = useParameter("finding");
  const { data, error, refetch } = useQuery({
    queryKey: ["findings", capture],
    queryFn: () => api.findings({ capture, limit: LISTED }),
  });
  if (error !== null) return <FailureNotice error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Loading what="findings" />;
  const open = chosen === "" ? data.items[0]?.findingId : chosen;
  const worst = Math.max(1e-9, ...data.items.map(({ impact }) => impact));
  return (
    <section aria-label="Findings">
      <div className="section-head">
        <h1>What is wrong</h1>
        <p className="dim">
          {data.total === 0 ? "" : `${countWords(data.items)}; causes before their symptoms. Times are UTC.`}
        </p>
      </div>
      {data.total === 0 ? (
        <p className="all-well">
          <span aria-hidden="true">✓</span> Nothing in these packets crosses a threshold. The map and the tables below
          show the traffic.
        </p>
      ) : null}
      <ul className="findings">
        {data.items.map((finding) => (
          <li
            key={finding.findingId}
            className={`finding ${finding.severity} ${finding.findingId === open ? "open" : ""}`}
            data-testid="finding"
          >
            <FindingHead
              finding={finding}
              worst={worst}
              isOpen={finding.findingId === open}
              onToggle={() => choose(finding.findingId === open ? "none" : finding.findingId)}
            />
            {finding.findingId === open ? <FindingDetail finding={finding} /> : null}
          </li>
        ))}
      </ul>
      {data.total > LISTED ? (
        <p className="dim">
          The {LISTED} worst of {data.total} are shown.
        </p>
      ) : null}
    </section>
  );
}

interface HeadProps {
  readonly finding: FindingJson;
  /** The largest impact of all, which the bars are measured by. */
  readonly worst: number;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

function FindingHead({ finding, worst, isOpen, onToggle }: HeadProps) {
  const severity = finding.decided ? finding.severity : "cannot tell";
  return (
    <button type="button" className="finding-head" aria-expanded={isOpen} data-row="" onClick={onToggle}>
      <SeveritySign severity={finding.severity} isDecided={finding.decided} />
      <span className="severity">{severity}</span>
      <span className="finding-edge">{edgeText(finding)}</span>
      <span className="title">{titleWithoutEdge(finding.title, finding)}</span>
      <span className="impact" title={`Impact ${finding.impact.toFixed(1)}: affected time and calls, larger is worse`}>
        <span style={{ width: `${Math.max(4, (finding.impact / worst) * 100)}%` }} />
      </span>
      <span className="when" title={`${momentText(finding.startedAt)} to ${momentText(finding.endedAt)}`}>
        {secondText(finding.startedAt)}–{secondText(finding.endedAt)}
      </span>
      <GradeBadge grade={finding.grade} reasons={finding.gradeReasons} />
    </button>
  );
}
